import { api } from "../_routes/api.ts";

export const dynamic = "force-dynamic";

export const GET = api;
export const HEAD = api;
export const POST = api;
export const PUT = api;
export const PATCH = api;
export const DELETE = api;
export const OPTIONS = api;
