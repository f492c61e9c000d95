import {
  BookOpenText,
  CircleArrowDown,
  ClipboardCheck,
  House,
  RadioTower,
  ScrollText,
  Server,
  Siren,
  Users,
  type LucideIcon,
} from "lucide-react";

export type Place = { id: string; label: string; href: string; icon: LucideIcon; keys: string };

/** Where one can go. `keys` is typed one after the other: `g` then `i`. */
export const places = [
  { id: "home", label: "Home", href: "/", icon: House, keys: "g h" },
  { id: "incidents", label: "Incidents", href: "/incidents", icon: Siren, keys: "g i" },
  { id: "rollbacks", label: "Rollbacks", href: "/rollbacks", icon: CircleArrowDown, keys: "g r" },
  { id: "approvals", label: "Approvals", href: "/approvals", icon: ClipboardCheck, keys: "g a" },
  { id: "services", label: "Services", href: "/services", icon: Server, keys: "g s" },
  { id: "playbooks", label: "Playbooks", href: "/playbooks", icon: BookOpenText, keys: "g b" },
  { id: "audit", label: "Audit", href: "/audit", icon: ScrollText, keys: "g u" },
  { id: "people", label: "People", href: "/people", icon: Users, keys: "g p" },
  { id: "status", label: "Status", href: "/status", icon: RadioTower, keys: "g t" },
] as const satisfies readonly Place[];
export type PlaceId = (typeof places)[number]["id"];

/** The places that a phone shows without opening the menu. */
export const phonePlaces: readonly PlaceId[] = ["home", "incidents", "rollbacks", "approvals"];

/** Which place a path belongs to, or null. */
export function placeOf(pathname: string): PlaceId | null {
  if (pathname === "/") return "home";
  return (
    places.find(
      (place) => place.href !== "/" && (pathname === place.href || pathname.startsWith(`${place.href}/`)),
    )?.id ?? null
  );
}
