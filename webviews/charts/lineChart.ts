import uPlot from 'uplot';
import { element } from '../shared/element.ts';
import { downsample } from './downsample.ts';
import { joinCurves } from './joinCurves.ts';
import { pointsTable } from './pointsTable.ts';
import { drawShape, type Shape, shapes } from './shapes.ts';

export interface Curve {
  readonly label: string;
  /** Name of a colour variable of the theme. */
  readonly colour: `--${string}`;
  readonly steps: Float64Array;
  readonly values: Float64Array;
  /** Behind the others, and not in the legend. */
  readonly pale?: boolean;
  /** Not in the legend: what it belongs to is. */
  readonly unlisted?: boolean;
  readonly dash?: readonly number[];
  /** Drawn on the curve here and there, so that it is known without its colour. */
  readonly shape?: Shape;
  /** Each point has its shape. */
  readonly marks?: boolean;
}

export interface LineChartOptions {
  /** CSS pixels. */
  readonly height: number;
  readonly stepLabel: string;
  readonly format: (value: number) => string;
  /** The curve alone: no axes, no legend, no zoom. */
  readonly small?: boolean;
  /** Small changes of a large value are to look small. */
  readonly fromZero?: boolean;
}

export interface View {
  readonly curves: readonly Curve[];
  readonly logScale?: boolean;
  /** A step that something beside the chart is about. */
  readonly lookedAt?: number;
  /** A point that stands out. */
  readonly best?: {
    readonly step: number;
    readonly value: number;
    readonly colour: `--${string}`;
    readonly label: string;
  };
  /** What a screen reader says of it. */
  readonly summary: string;
}

/**
 * Curves over steps. It draws at most once a frame and never more points than can be seen, so that its cost does not
 * grow with the run; a dragged range is zoomed into and drawn anew from all its points.
 */
export class LineChart implements Disposable {
  readonly #host: HTMLElement;
  readonly #picture = element('div', { role: 'img' });
  readonly #inNumbers = element('div', { class: 'for-screen-readers' });
  readonly #options: LineChartOptions;
  readonly #resize: ResizeObserver;
  readonly #theme: MutationObserver;
  #view: View = { curves: [], summary: '' };
  #plot: uPlot | null = null;
  /** All of the plot that cannot be changed without a new one. */
  #shape = '';
  #zoom: readonly [number, number] | null = null;
  #frame = 0;
  #telling: ReturnType<typeof setTimeout> | undefined;

  constructor(host: HTMLElement, options: LineChartOptions) {
    this.#host = host;
    this.#options = options;
    host.classList.add('chart');
    host.style.minHeight = `${options.height}px`;
    host.append(this.#picture);
    if (!options.small) host.append(this.#inNumbers);
    this.#resize = new ResizeObserver(() => this.#schedule());
    this.#resize.observe(host);
    this.#theme = new MutationObserver(() => {
      this.#shape = '';
      this.#schedule();
    });
    this.#theme.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id'] });
  }

  show(view: View): void {
    this.#view = view;
    this.#picture.setAttribute('aria-label', view.summary);
    this.#schedule();
    if (!this.#options.small) this.#telling ??= setTimeout(() => this.#tell(), tellEvery);
  }

  /** What is seen, with its legend on the theme's background, as base64 of a PNG image. */
  png(): string {
    const plot = this.#plot;
    if (!plot) return '';
    const scale = devicePixelRatio;
    const legend = 28 * scale;
    const canvas = document.createElement('canvas');
    canvas.width = plot.ctx.canvas.width;
    canvas.height = plot.ctx.canvas.height + legend;
    const context = canvas.getContext('2d')!;
    context.fillStyle = colour('--vscode-editor-background');
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(plot.ctx.canvas, 0, legend);
    context.font = `${12 * scale}px ${colour('--vscode-font-family')}`;
    context.textBaseline = 'middle';
    let left = 8 * scale;
    for (const curve of this.#view.curves.filter(({ pale, unlisted }) => !pale && !unlisted)) {
      context.fillStyle = colour(curve.colour);
      context.fillRect(left, legend / 2 - scale, 16 * scale, 2 * scale);
      if (curve.shape) drawShape(context, curve.shape, left + 8 * scale, legend / 2, markRadius * scale);
      context.fillStyle = colour('--vscode-editor-foreground');
      context.fillText(curve.label, left + 22 * scale, legend / 2);
      left += context.measureText(curve.label).width + 38 * scale;
    }
    return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
  }

  [Symbol.dispose](): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#telling);
    this.#resize.disconnect();
    this.#theme.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #tell(): void {
    this.#telling = undefined;
    const { stepLabel, format } = this.#options;
    const { summary, curves } = this.#view;
    this.#inNumbers.replaceChildren(pointsTable(summary, stepLabel, curves, format));
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const width = this.#host.clientWidth;
    const { curves, logScale } = this.#view;
    if (width === 0 || curves.length === 0) return;
    const { height, small } = this.#options;
    const [from, to] = this.#range();
    // A value that a logarithm does not have is a gap.
    const shown = curves.map(({ steps, values }) => {
      const points = downsample(steps, values, Math.max(50, width), from, to);
      return logScale ? { x: points.x, y: points.y.map((y) => (y > 0 ? y : Number.NaN)) } : points;
    });
    const data = joinCurves(shown) as uPlot.AlignedData;
    const shape = JSON.stringify([
      logScale,
      curves.map(({ label, colour, pale, dash, shape, marks }) => [label, colour, pale, dash, shape, marks]),
    ]);
    if (this.#plot === null || shape !== this.#shape) {
      this.#plot?.destroy();
      this.#shape = shape;
      this.#plot = new uPlot(this.#plotOptions(width), data, this.#picture);
      this.#plot.over.addEventListener('dblclick', () => {
        this.#zoom = null;
        this.#schedule();
      });
      tellLast(this.#plot);
      return;
    }
    if (this.#plot.width !== width) this.#plot.setSize({ width, height: height - (small ? 0 : legendHeight) });
    this.#plot.setData(data);
    tellLast(this.#plot);
  }

  #drawShapes({ ctx, data, bbox, valToPos }: uPlot): void {
    const { curves } = this.#view;
    const scale = devicePixelRatio;
    for (const [i, { shape, marks, colour: name, pale }] of curves.entries()) {
      const [x, y] = [data[0], data[i + 1]];
      if (!shape || pale || !y) continue;
      ctx.fillStyle = colour(name);
      // Each curve begins elsewhere, so that marks of curves that lie on each other stand side by side.
      let next = bbox.left + ((i + 1) / (curves.length + 1)) * markEvery * scale;
      for (const [at, value] of y.entries()) {
        if (value === null || value === undefined) continue;
        const left = valToPos(x[at]!, 'x', true);
        if (left < bbox.left || left > bbox.left + bbox.width || (!marks && left < next)) continue;
        next = left + markEvery * scale;
        drawShape(ctx, shape, left, valToPos(value, 'y', true), markRadius * scale);
      }
    }
  }

  #drawMarks(plot: uPlot): void {
    const { lookedAt, best } = this.#view;
    const { ctx, bbox } = plot;
    const scale = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    if (lookedAt !== undefined) {
      const x = plot.valToPos(lookedAt, 'x', true);
      ctx.strokeStyle = colour('--vscode-descriptionForeground') || colour('--vscode-foreground');
      ctx.lineWidth = scale;
      ctx.setLineDash([2 * scale, 3 * scale]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    if (best && !(this.#view.logScale && best.value <= 0)) {
      const [x, y, size] = [plot.valToPos(best.step, 'x', true), plot.valToPos(best.value, 'y', true), 6 * scale];
      ctx.fillStyle = colour(best.colour);
      ctx.beginPath();
      ctx.moveTo(x, y - size);
      ctx.lineTo(x + size, y);
      ctx.lineTo(x, y + size);
      ctx.lineTo(x - size, y);
      ctx.fill();
      ctx.font = `${11 * scale}px ${colour('--vscode-font-family') || 'sans-serif'}`;
      ctx.fillStyle = colour('--vscode-foreground');
      // On the side that has room.
      const isLate = x > bbox.left + bbox.width * 0.8;
      ctx.textAlign = isLate ? 'right' : 'left';
      ctx.fillText(best.label, x + (isLate ? -1 : 1) * size * 1.6, y - size);
    }
    ctx.restore();
  }

  #range(): readonly [number, number] {
    if (this.#zoom) return this.#zoom;
    const ends = this.#view.curves.filter(({ steps }) => steps.length > 0);
    const first = Math.min(...ends.map(({ steps }) => steps[0]!));
    const last = Math.max(...ends.map(({ steps }) => steps.at(-1)!));
    return ends.length === 0 ? [0, 1] : [first, Math.max(last, first + 1)];
  }

  #plotOptions(width: number): uPlot.Options {
    const { height, small, stepLabel, format, fromZero } = this.#options;
    const text = colour('--vscode-descriptionForeground') || colour('--vscode-foreground');
    // Faint in every theme: what VS Code has for such lines is white in one and all but gone in another.
    const grid = { stroke: `color-mix(in srgb, ${colour('--vscode-foreground')} 14%, transparent)`, width: 1 };
    const font = `11px ${colour('--vscode-font-family') || 'sans-serif'}`;
    const axis = { stroke: text, grid, ticks: { ...grid, size: 4 }, font };
    return {
      width,
      height: height - (small ? 0 : legendHeight),
      legend: {
        show: !small,
        live: true,
        markers: { width: 2, dash: (_, series) => (this.#view.curves[series - 1]?.dash?.length ? 'dashed' : 'solid') },
      },
      cursor: {
        show: !small,
        drag: { x: !small, y: false, setScale: false },
        points: { size: 6 },
        dataIdx: nearestPoint,
      },
      scales: {
        x: { time: false, range: () => [...this.#range()] },
        // uPlot pads a range of its own; a flat curve gets room on both sides.
        y: {
          distr: this.#view.logScale ? 3 : 1,
          ...(small ? { range: (_, low, high): uPlot.Range.MinMax => roomAround(fromZero ? 0 : low, high) } : {}),
        },
      },
      axes: small
        ? [{ show: false }, { show: false }]
        : [
            { ...axis, size: 24, gap: 2 },
            {
              ...axis,
              size: 52,
              gap: 4,
              values: (_, splits) => splits.map((split) => (split === null ? '' : axisNumber(split))),
            },
          ],
      series: [
        {
          label: stepLabel,
          value: (_, value) => (value === null ? '–' : value.toLocaleString('en-US')),
        },
        ...this.#view.curves.map((curve): uPlot.Series => {
          const stroke = colour(curve.colour);
          return {
            label: legendLabel(curve),
            stroke,
            ...(curve.pale || curve.unlisted ? { class: 'unlisted' } : {}),
            alpha: curve.pale ? 0.3 : 1,
            width: curve.pale ? 1 : small ? 1.25 : 1.75,
            ...(curve.dash ? { dash: [...curve.dash] } : {}),
            points: { show: false },
            value: (_, value) => (value === null || value === undefined ? '–' : format(value)),
          };
        }),
      ],
      hooks: {
        draw: [(plot) => this.#drawShapes(plot), (plot) => this.#drawMarks(plot)],
        setCursor: [tellLast],
        setSelect: [
          (plot) => {
            const { left, width: wide } = plot.select;
            if (wide < 8) return;
            this.#zoom = [plot.posToVal(left, 'x'), plot.posToVal(left + wide, 'x')];
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            this.#schedule();
          },
        ],
      },
    };
  }
}

/** How often the numbers for screen readers are written anew at most, ms. */
const tellEvery = 1000;
/** Room between two marks of a curve, and their size, CSS pixels. */
const markEvery = 96;
const markRadius = 3.5;

/** With no pointer over the chart its legend tells the last value of each curve. */
function tellLast(plot: uPlot): void {
  if ((plot.cursor.left ?? -1) >= 0 || !plot.legend.live) return;
  const idxs = plot.data.map((column) => column.findLastIndex((value) => value !== undefined && value !== null));
  plot.setLegend({ idxs }, false);
}

/** Name of a curve, with its shape in its colour. */
function legendLabel({ label, shape, colour }: Curve): HTMLElement | string {
  if (!shape) return label;
  const mark = element('span', {}, shapes[shape]);
  mark.style.color = `var(${colour})`;
  return element('span', {}, mark, ` ${label}`);
}

/** With room for the width of the line at both ends. */
function roomAround(low: number, high: number): [number, number] {
  const span = high - low || Math.abs(high) || 1;
  return [low - span * 0.06, high + span * 0.06];
}

/** Reserved under the axes, so that nothing jumps when a value is hovered. */
const legendHeight = 28;

/** Curves have steps of their own; under the pointer each shows its nearest. */
function nearestPoint(plot: uPlot, series: number, hovered: number): number {
  const column = plot.data[series];
  if (series === 0 || !column || column[hovered] !== undefined) return hovered;
  for (let away = 1; away < column.length; away += 1) {
    if (column[hovered - away] !== undefined) return hovered - away;
    if (column[hovered + away] !== undefined) return hovered + away;
  }
  return hovered;
}

/** Round numbers as short as they are. */
function axisNumber(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(0);
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}

function colour(variable: string): string {
  return getComputedStyle(document.body).getPropertyValue(variable).trim();
}
