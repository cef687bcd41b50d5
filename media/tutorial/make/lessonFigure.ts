/** A lesson's picture: held-out and training losses of runs over steps, as measured. */
export interface Curve {
  readonly label: string;
  /** Also its class, by which a page gives it a colour of its own. */
  readonly colour: 'blue' | 'orange';
  readonly isDashed?: boolean;
  readonly points: readonly { readonly step: number; readonly loss: number }[];
}

const width = 720;
const height = 280;
const margin = { left: 48, right: 16, top: 36, bottom: 44 };
const colours = { blue: '#3b7dd8', orange: '#c9641f' } as const;

/**
 * As SVG. A logarithmic scale shows how far a loss has fallen, a linear one that it has risen again. It follows the light
 * or dark theme of a browser; a page that puts it into itself leaves the style out and colours the classes on its own.
 */
export function lessonFigure(
  title: string,
  stepLabel: string,
  scale: 'linear' | 'logarithmic',
  curves: readonly Curve[],
): string {
  const all = curves.flatMap(({ points }) => points);
  const last = Math.max(1, ...all.map(({ step }) => step));
  const losses = [1, ...all.map(({ loss }) => loss)];
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const x = (step: number): string => (margin.left + (step / last) * inner.width).toFixed(1);
  const place = (loss: number): number => (scale === 'linear' ? loss : Math.log10(loss));
  const low = scale === 'linear' ? 0 : Math.floor(Math.log10(Math.min(...losses)));
  const high =
    scale === 'linear'
      ? Math.ceil(Math.max(...losses))
      : Math.max(low + 1, Math.ceil(Math.log10(Math.max(...losses)) - 0.05));
  const y = (loss: number): string => (margin.top + ((high - place(loss)) / (high - low)) * inner.height).toFixed(1);
  const ticks =
    scale === 'linear'
      ? Array.from({ length: Math.floor(high / 2) + 1 }, (_, index) => 2 * index)
      : Array.from({ length: high - low + 1 }, (_, index) => Number((10 ** (low + index)).toPrecision(1)));
  const rows = ticks.flatMap((loss) => [
    `<line class="grid" stroke="#8884" x1="${margin.left}" x2="${width - margin.right}" y1="${y(loss)}" y2="${y(loss)}"/>`,
    `<text x="${margin.left - 8}" y="${(Number(y(loss)) + 4).toFixed(1)}" text-anchor="end">${loss}</text>`,
  ]);
  const columns = Array.from({ length: 6 }, (_, index) => Math.round((last / 5) * index)).map(
    (step) => `<text x="${x(step)}" y="${height - margin.bottom + 18}" text-anchor="middle">${step}</text>`,
  );
  const lines = curves.map(({ colour, isDashed, points }) => {
    const path = points.map(({ step, loss }) => `${x(step)},${y(loss)}`).join(' ');
    const dash = isDashed ? ' stroke-dasharray="6 4"' : '';
    return `<polyline class="${colour}" fill="none" stroke="${colours[colour]}" stroke-width="2"${dash} points="${path}"/>`;
  });
  const keys = curves.flatMap(({ label, colour, isDashed }, index) => {
    const left = margin.left + (index * inner.width) / curves.length;
    const dash = isDashed ? ' stroke-dasharray="6 4"' : '';
    return [
      `<line class="${colour}" stroke="${colours[colour]}" stroke-width="2"${dash} x1="${left}" x2="${left + 24}" y1="16" y2="16"/>`,
      `<text x="${left + 30}" y="20">${label}</text>`,
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-family="system-ui, sans-serif" font-size="12" fill="#555">
<style>@media (prefers-color-scheme: dark) { text { fill: #ccc } }</style>
${[...rows, ...columns, ...lines, ...keys].join('\n')}
<text x="${margin.left + inner.width / 2}" y="${height - 8}" text-anchor="middle">${stepLabel}</text>
</svg>
`;
}
