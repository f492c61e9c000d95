const themes = ["system", "dark", "light"] as const;
export type Theme = (typeof themes)[number];

export const themeCookie = "lastgood-theme";

/** The theme that a cookie's value names; anything else is the system's preference. */
export function readTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? "system";
}

/** The Set-Cookie text (also for document.cookie) that keeps `theme` for a year. */
export function themeCookieText(theme: Theme): string {
  return `${themeCookie}=${theme}; Path=/; Max-Age=31536000; SameSite=Lax`;
}
