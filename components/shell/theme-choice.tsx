"use client";

import { useState } from "react";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { useShell } from "#components/shell/shell-context.tsx";
import { readTheme, themeCookieText, type Theme } from "#components/shell/theme.ts";

/** Dark, light, or as the system has it; kept in a cookie, so that the next page comes in it from its first byte. */
export function ThemeChoice() {
  const { theme: given } = useShell();
  const [theme, setTheme] = useState<Theme>(given);
  return (
    <RadioGroup
      row
      label="Colours"
      value={theme}
      onValueChange={(value) => {
        const next = readTheme(value);
        setTheme(next);
        applyTheme(next);
      }}
      choices={[
        { value: "system", label: "System" },
        { value: "dark", label: "Dark" },
        { value: "light", label: "Light" },
      ]}
    />
  );
}

function applyTheme(theme: Theme): void {
  document.cookie = themeCookieText(theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
