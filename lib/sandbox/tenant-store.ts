type Tenant = { id: string; name: string; segment: string | null };

/** Where a running version finds its tenants. */
export type TenantStore = {
  /** Rejects when the database cannot be asked. */
  find(id: string): Promise<Tenant | null>;
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
};

export const tenantIds: readonly string[] = [
  "demo-tenant",
  ...Array.from({ length: 49 }, (_, index) => `tenant-${String(index + 1).padStart(2, "0")}`),
];

/** For the small placements, which have no database of their own: every tenant is complete. */
export const memoryTenantStore = (): TenantStore => ({
  find: (id) => Promise.resolve(tenantIds.includes(id) ? { id, name: id, segment: "standard" } : null),
  isReachable: () => Promise.resolve(true),
  close: () => Promise.resolve(),
});
