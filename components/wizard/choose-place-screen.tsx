"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Section } from "#components/ui/section.tsx";
import { PlaceChoice, type Place } from "#components/wizard/place-choice.tsx";
import { WizardPage } from "#components/wizard/wizard-page.tsx";

/** Step 1 before it is known where: nothing fails by its signals, so a person has to say. */
export function ChoosePlaceScreen({ places }: { places: readonly Place[] }) {
  const router = useRouter();
  const [isMoving, startMoving] = useTransition();
  return (
    <WizardPage
      step="situation"
      progress={{ incident: null, rollback: null, isPrepared: false }}
      onEnter={() => undefined}
      actionsNote={places.length > 0 && "The playbook of the service says what to ask."}
      actions={
        <Button look="primary" busy={isMoving && "Opening"} unavailable="Choose where it happens first">
          Declare incident
        </Button>
      }
    >
      {places.length === 0 ? (
        <EmptyState title="No service is registered yet">
          An incident is about a service in an environment. An admin registers services, with their targets
          and their playbook, under Services or with POST /api/v1/services.
        </EmptyState>
      ) : (
        <Section title="Where" hint="Nothing fails by what is measured. Choose where you see it.">
          <PlaceChoice
            places={places}
            chosen={null}
            onChoose={({ service, environment }) => {
              const query = new URLSearchParams({ service, environment });
              startMoving(() => router.replace(`/declare?${query.toString()}`, { scroll: false }));
            }}
          />
        </Section>
      )}
    </WizardPage>
  );
}
