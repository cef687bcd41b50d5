export interface LossPoint {
  readonly step: number;
  readonly loss: number;
}

const width = 720;
const height = 300;
const margin = { left: 56, right: 16, top: 20, bottom: 40 };

/** A chart of losses over steps as SVG, the loss on a logarithmic scale. It follows the reader's light or dark theme. */
export function lossChart(training: readonly LossPoint[], keptBack: readonly LossPoint[]): string {
  const losses = [...training, ...keptBack].map(({ loss }) => loss);
  const last = Math.max(...training.map(({ step }) => step));
  const low = Math.floor(Math.log10(Math.min(...losses)));
  const high = Math.ceil(Math.log10(Math.max(...losses)));
  const x = (step: number) => margin.left + (step / last) * (width - margin.left - margin.right);
  const y = (loss: number) =>
    margin.top + ((high - Math.log10(loss)) / (high - low)) * (height - margin.top - margin.bottom);
  const line = (points: readonly LossPoint[]) =>
    points.map(({ step, loss }) => `${x(step).toFixed(1)},${y(loss).toFixed(1)}`).join(' ');
  const rows = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)).flatMap((loss) => [
    `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y(loss).toFixed(1)}" y2="${y(loss).toFixed(1)}"/>`,
    `<text x="${margin.left - 8}" y="${(y(loss) + 4).toFixed(1)}" text-anchor="end">${Number(loss.toPrecision(1))}</text>`,
  ]);
  const columns = Array.from({ length: 6 }, (_, i) => Math.round((last / 5) * i)).map(
    (step) => `<text x="${x(step).toFixed(1)}" y="${height - margin.bottom + 18}" text-anchor="middle">${step}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Loss over steps">
<style>
text { font: 12px system-ui, sans-serif; fill: #444 }
.grid { stroke: #8884 }
polyline { fill: none; stroke-width: 1.5 }
.training, .training-key { stroke: #3b7dd8; fill: none }
.kept-back, .kept-back-key { stroke: #d8763b; fill: none }
@media (prefers-color-scheme: dark) { text { fill: #ccc } }
</style>
${[...rows, ...columns].join('\n')}
<polyline class="training" points="${line(training)}"/>
<polyline class="kept-back" points="${line(keptBack)}"/>
<line class="training-key" x1="${width - 250}" x2="${width - 230}" y1="30" y2="30"/>
<text x="${width - 224}" y="34">training</text>
<line class="kept-back-key" x1="${width - 150}" x2="${width - 130}" y1="30" y2="30"/>
<text x="${width - 124}" y="34">unseen phrasings</text>
<text x="${(margin.left + width - margin.right) / 2}" y="${height - 6}" text-anchor="middle">step</text>
</svg>
`;
}
