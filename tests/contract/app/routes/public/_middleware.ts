import { HttpError } from "fresh";

/** Guards `public/`, and so not `public.tsx`. */
export default function closed(): never {
  throw new HttpError(403);
}
