/**
 * Parameters of a strategy as data: default, range, unit and reason of each stand in one place, and configuration, sweeps
 * and pages read them from there.
 */
import type { Unit } from "./types.ts";

export interface ParamSpec {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** A count is a whole number. */
  readonly unit: Unit;
  readonly why: string;
}

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;
export type ParamsOf<Specs extends ParamSpecs> = { readonly [Name in keyof Specs]: number };

/** Given parameters over the defaults. Throws on one that is unknown, not a number or out of its range, and names it. */
export function resolveParams<Specs extends ParamSpecs>(
  owner: string,
  specs: Specs,
  given: Partial<ParamsOf<Specs>> = {},
): ParamsOf<Specs> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      throw new RangeError(`${owner}: there is no parameter ${name}; there are ${Object.keys(specs).join(", ")}`);
    }
  }
  const resolved: Record<string, number> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = given[name] ?? spec.value;
    const sound = typeof value === "number" && value >= spec.min && value <= spec.max &&
      (spec.unit !== "count" || Number.isInteger(value));
    if (!sound) {
      const kind = spec.unit === "count" ? "a whole number" : "a number";
      throw new RangeError(
        `${owner}: ${name} must be ${kind} from ${spec.min} to ${spec.max} (${spec.unit}), got ${value}`,
      );
    }
    resolved[name] = value;
  }
  return resolved as ParamsOf<Specs>;
}
