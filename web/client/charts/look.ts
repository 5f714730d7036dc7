/** Colours and patterns of charts, read from the page's custom properties so that both themes look alike. */

export interface Look {
  readonly surface: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly gain: string;
  readonly loss: string;
  readonly vwap: string;
  readonly ema: string;
  readonly font: string;
}

export function readLook(element: Element): Look {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    surface: value("--surface-2"),
    text: value("--text"),
    muted: value("--muted"),
    line: value("--hairline"),
    gain: value("--gain"),
    loss: value("--loss"),
    vwap: value("--chart-vwap"),
    ema: value("--chart-ema"),
    font: `11px ${style.fontFamily}`,
  };
}

/** Diagonal lines over a rectangle: what is missing, halted, or a range. */
export function hatch(
  g: CanvasRenderingContext2D,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  { colour, step }: { readonly colour: string; readonly step: number },
): void {
  g.save();
  g.beginPath();
  g.rect(box.x, box.y, box.width, box.height);
  g.clip();
  g.strokeStyle = colour;
  g.lineWidth = 1;
  g.beginPath();
  for (let x = box.x - box.height; x < box.x + box.width; x += step) {
    g.moveTo(x, box.y + box.height);
    g.lineTo(x + box.height, box.y);
  }
  g.stroke();
  g.restore();
}

/** Text on a plate of its own, so that it reads over lines; returns the plate's width. */
export function plate(
  g: CanvasRenderingContext2D,
  text: string,
  at: { readonly x: number; readonly y: number; readonly align: "left" | "right" | "center" },
  { fill, ink, border }: { readonly fill: string; readonly ink: string; readonly border?: string },
): number {
  const width = Math.ceil(g.measureText(text).width) + 8;
  const x = at.align === "left" ? at.x : at.align === "right" ? at.x - width : at.x - width / 2;
  g.fillStyle = fill;
  g.fillRect(x, at.y - 8, width, 16);
  if (border) {
    g.strokeStyle = border;
    g.lineWidth = 1;
    g.strokeRect(x + 0.5, at.y - 7.5, width - 1, 15);
  }
  g.fillStyle = ink;
  g.textAlign = "left";
  g.textBaseline = "middle";
  g.fillText(text, x + 4, at.y + 0.5);
  return width;
}
