/**
 * What the candle chart draws itself: gaps, volume, candles, fills, bracket, regime ribbon, last price. Shape repeats what
 * colour says: up is hollow, down is filled; buys point up, sells down; a regime has letter and hatch.
 */
import type { Chart } from "chart.js";
import { price } from "../../format.ts";
import { gapsOf } from "../../view/candles.ts";
import type { Series } from "../../view/types.ts";
import { hatch, type Look, plate } from "./look.ts";

export const RIBBON_PX = 16;
const VOLUME_SHARE = 0.14;

export interface Marks {
  readonly series: Series;
  readonly priceDecimals: number | null;
  /** Middle of the newest quote; `null` when unknown or not in view. */
  readonly lastUsd: number | null;
}

interface Place {
  readonly g: CanvasRenderingContext2D;
  readonly look: Look;
  readonly area: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  x(ms: number): number;
  y(usd: number): number;
  /** Width of a candle's place. */
  readonly slot: number;
}

function placeOf(chart: Chart, look: Look, { openedAtMs, timeframeMs }: Series): Place {
  const { ctx: g, chartArea: area, scales: { x, y } } = chart;
  return {
    g,
    look,
    area,
    x: (ms) => x.getPixelForValue(ms),
    y: (usd) => y.getPixelForValue(usd),
    // Inside the axis: chart.js bends places far outside of it to the range of 16 bits.
    slot: x.getPixelForValue(openedAtMs[0] + timeframeMs) - x.getPixelForValue(openedAtMs[0]),
  };
}

/** Below the lines of the averages. */
export function drawCandles(chart: Chart, look: Look, { series }: Marks): void {
  const place = placeOf(chart, look, series);
  const { g, area } = place;
  g.save();
  g.beginPath();
  g.rect(area.left, area.top, area.right - area.left, area.bottom - area.top);
  g.clip();
  drawGaps(place, series);
  drawVolume(place, series);
  drawBodies(place, series);
  g.restore();
  drawRibbon(place, series);
}

/** Above the lines of the averages. */
export function drawMarks(chart: Chart, look: Look, { series, priceDecimals, lastUsd }: Marks): void {
  const place = placeOf(chart, look, series);
  drawFills(place, series);
  drawBracket(place, series, priceDecimals);
  if (lastUsd !== null) drawLast(place, lastUsd, priceDecimals);
}

function drawGaps({ g, look, area, x }: Place, series: Series): void {
  for (const [fromMs, toMs] of gapsOf(series)) {
    const box = { x: x(fromMs), y: area.top, width: x(toMs) - x(fromMs), height: area.bottom - area.top - RIBBON_PX };
    hatch(g, box, { colour: look.line, step: 6 });
    g.font = look.font;
    if (box.width > 52) {
      const at = { x: box.x + box.width / 2, y: area.top + 12, align: "center" } as const;
      plate(g, "no data", at, { fill: look.surface, ink: look.muted });
    }
  }
}

const bodyWidth = (slot: number): number => Math.max(1, Math.floor(slot * 0.66));

function drawVolume({ g, look, area, x, slot }: Place, { openedAtMs, volumeBase, timeframeMs }: Series): void {
  const most = Math.max(...volumeBase);
  if (!(most > 0)) return;
  const room = (area.bottom - area.top) * VOLUME_SHARE;
  const width = bodyWidth(slot);
  const floor = area.bottom - RIBBON_PX;
  g.fillStyle = look.line;
  for (let i = 0; i < openedAtMs.length; i++) {
    const height = Math.max(1, (volumeBase[i] / most) * room);
    g.fillRect(x(openedAtMs[i] + timeframeMs / 2) - width / 2, floor - height, width, height);
  }
}

function drawBodies({ g, look, x, y, slot }: Place, series: Series): void {
  const { openedAtMs, openUsd, highUsd, lowUsd, closeUsd, timeframeMs } = series;
  const width = bodyWidth(slot);
  g.lineWidth = 1;
  for (let i = 0; i < openedAtMs.length; i++) {
    const up = closeUsd[i] >= openUsd[i];
    const middle = Math.round(x(openedAtMs[i] + timeframeMs / 2)) + 0.5;
    const top = Math.round(y(Math.max(openUsd[i], closeUsd[i]))) + 0.5;
    const bottom = Math.max(top + 1, Math.round(y(Math.min(openUsd[i], closeUsd[i]))) + 0.5);
    g.strokeStyle = g.fillStyle = up ? look.gain : look.loss;
    g.beginPath();
    g.moveTo(middle, Math.round(y(highUsd[i])));
    g.lineTo(middle, top);
    g.moveTo(middle, bottom);
    g.lineTo(middle, Math.round(y(lowUsd[i])));
    g.stroke();
    const left = Math.round(middle - width / 2) + (up ? 0.5 : 0);
    if (width < 3) {
      g.beginPath();
      g.moveTo(middle, top);
      g.lineTo(middle, bottom);
      g.stroke();
    } else if (up) {
      g.fillStyle = look.surface;
      g.fillRect(left, top, width - 1, bottom - top);
      g.strokeRect(left, top, width - 1, bottom - top);
    } else g.fillRect(left, top - 0.5, width, bottom - top + 1);
  }
}

const LETTERS = { trend: "T", range: "R", none: "–" } as const;

function drawRibbon({ g, look, area, x, slot }: Place, { openedAtMs, regime, timeframeMs }: Series): void {
  const y = area.bottom - RIBBON_PX;
  g.save();
  g.font = look.font;
  g.strokeStyle = look.line;
  g.strokeRect(area.left + 0.5, y + 0.5, area.right - area.left - 1, RIBBON_PX - 1);
  for (let i = 0; i < openedAtMs.length;) {
    let end = i + 1;
    while (
      end < openedAtMs.length && regime[end] === regime[i] && openedAtMs[end] === openedAtMs[end - 1] + timeframeMs
    ) end++;
    const box = { x: x(openedAtMs[i]), y: y + 1, width: (end - i) * slot, height: RIBBON_PX - 2 };
    if (regime[i] === "trend") {
      g.fillStyle = look.line;
      g.fillRect(box.x, box.y, box.width, box.height);
    }
    if (regime[i] === "range") hatch(g, box, { colour: look.line, step: 4 });
    g.fillStyle = look.muted;
    g.fillRect(Math.round(box.x), box.y, 1, box.height);
    if (box.width > 16) {
      const at = { x: box.x + 3, y: y + RIBBON_PX / 2, align: "left" } as const;
      const fill = regime[i] === "trend" ? look.line : look.surface;
      plate(g, LETTERS[regime[i]], at, { fill, ink: look.text });
    }
    i = end;
  }
  g.restore();
}

function drawFills({ g, look, x, y }: Place, { fills }: Series): void {
  g.save();
  for (const { atMs, side, priceUsd } of fills) {
    const way = side === "buy" ? 1 : -1;
    const [left, top] = [x(atMs), y(priceUsd) + way * 3];
    g.beginPath();
    g.moveTo(left, top);
    g.lineTo(left - 6, top + way * 10);
    g.lineTo(left + 6, top + way * 10);
    g.closePath();
    g.fillStyle = side === "buy" ? look.surface : look.text;
    g.fill();
    g.strokeStyle = look.text;
    g.lineWidth = 1.5;
    g.stroke();
  }
  g.restore();
}

function drawBracket({ g, look, area, y }: Place, { bracket }: Series, priceDecimals: number | null): void {
  if (!bracket) return;
  const lines = [
    { word: "target", usd: bracket.targetUsd, dash: [6, 3], colour: look.gain },
    { word: "entry", usd: bracket.entryUsd, dash: [], colour: look.muted },
    { word: "stop", usd: bracket.stopUsd, dash: [2, 3], colour: look.loss },
  ];
  g.save();
  g.font = look.font;
  g.lineWidth = 1;
  for (const { word, usd, dash, colour } of lines) {
    const at = Math.round(y(usd)) + 0.5;
    if (at < area.top || at > area.bottom - RIBBON_PX) continue;
    g.strokeStyle = colour;
    g.setLineDash(dash);
    g.beginPath();
    g.moveTo(area.left, at);
    g.lineTo(area.right, at);
    g.stroke();
    g.setLineDash([]);
    const text = `${word} ${price(usd, priceDecimals)}`;
    plate(g, text, { x: area.left + 4, y: at, align: "left" }, { fill: look.surface, ink: look.text, border: colour });
  }
  g.restore();
}

function drawLast({ g, look, area, y }: Place, lastUsd: number, priceDecimals: number | null): void {
  const at = Math.round(y(lastUsd)) + 0.5;
  if (at < area.top || at > area.bottom) return;
  g.save();
  g.font = look.font;
  g.strokeStyle = look.muted;
  g.setLineDash([1, 2]);
  g.beginPath();
  g.moveTo(area.left, at);
  g.lineTo(area.right, at);
  g.stroke();
  g.setLineDash([]);
  plate(g, price(lastUsd, priceDecimals), { x: area.right + 2, y: at, align: "left" }, {
    fill: look.text,
    ink: look.surface,
  });
  g.restore();
}
