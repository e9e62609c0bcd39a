// A program over the types that openapi-typescript made, typed strictly: a day of work of a programmer.
// Takes the server's address, an e-mail address and a password; prints what the test compares.
import createClient from "openapi-fetch";

import type { components, paths } from "./schema.js";

type Lead = components["schemas"]["Lead"];
type Listed = components["schemas"]["LeadInList"];

declare const process: { readonly argv: readonly string[] };
const [address, email, password] = process.argv.slice(2);
if (address === undefined || email === undefined || password === undefined) {
  throw new Error("usage: use.js ADDRESS EMAIL PASSWORD");
}

function sure<T>(value: T | undefined, why: unknown): T {
  if (value === undefined) throw new Error(JSON.stringify(why));
  return value;
}

const nobody = createClient<paths>({ baseUrl: address });
const health = await nobody.GET("/health");
const signIn = await nobody.POST("/api/token", { body: { email, password } });
const token: string = sure(signIn.data, signIn.error).data.token;
const client = createClient<paths>({ baseUrl: address, headers: { Authorization: `Bearer ${token}` } });

const custom = { source: "fair", tags: ["a", 1], more: { x: null } };
const made = await client.POST("/api/lead", {
  body: {
    name: "Ana",
    city_id: 213,
    custom_data: custom,
    email: { email: "ana@example.com" },
    phone: { extension: "00351", number: "912 345 678" },
  },
});
const id: number = sure(made.data, made.error).data.id;

async function retrieve(): Promise<Lead> {
  const answer = await client.GET("/api/lead/{id}", { params: { path: { id } } });
  return sure(answer.data, answer.error).data;
}

const created = await retrieve();
const changed = await client.PUT("/api/lead/{id}", {
  params: { path: { id } },
  body: { name: null, email: "", custom_data: [1] },
});
const nothing: unknown[] = sure(changed.data, changed.error).data;
const updated = await retrieve();

const page = await client.GET("/api/lead", {
  params: { query: { limit: 5, page: 1, sort: "name", direction: "desc" } },
});
const listed: Listed[] = sure(page.data, page.error).data;
const shown: (string | null)[] = listed.map((lead) => lead.email?.email ?? lead.phone?.number ?? lead.name);
const cities = await client.GET("/api/city", { params: { query: { limit: 2 } } });

const unknown = await client.GET("/api/lead/{id}", { params: { path: { id: 999 } } });
const invalid = await client.POST("/api/email", { body: { email: "nobody" } });
const failure: components["schemas"]["Failure"] | components["schemas"]["ValidationFailure"] = sure(
  invalid.error, "it was taken");
if (!("errors" in failure.data)) throw new Error("no 422");

console.log(JSON.stringify({
  created,
  updated,
  nothing,
  shown,
  names: listed.map((lead) => lead.name),
  cities: sure(cities.data, cities.error).data.map((city) => city.city_name),
  status: sure(health.data, health.error).data.status,
  refusals: [unknown.error?.data.code, unknown.error?.success, failure.data.code, failure.data.errors],
}));
