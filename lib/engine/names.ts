/** Under these names runs stand in the durable engine's own tables; changing one strands the runs of the day. */
export const workflowName = "lastgood.run";
export const applicationName = "lastgood";
export const applicationVersion = "lastgood";
