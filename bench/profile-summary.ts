import { readFileSync } from 'node:fs';

// Prints where the time of CPU profiles was spent: node bench/profile-summary.ts bench/.cache/profiles/*.cpuprofile

const TOP = 15;

/** https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  /** Time since the previous sample, in microseconds. */
  timeDeltas: number[];
}

for (const file of process.argv.slice(2)) {
  const { nodes, samples, timeDeltas }: Profile = JSON.parse(readFileSync(file, 'utf8'));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const modules = new Map<string, number>();
  const functions = new Map<string, number>();
  let total = 0;
  let idle = 0;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    const ms = (timeDeltas[index] ?? 0) / 1000;
    if (!frame) return;
    if (frame.functionName === '(idle)') {
      idle += ms;
      return;
    }
    total += ms;
    const name = `${frame.functionName || '(anonymous)'} ${moduleOf(frame.url)}:${frame.lineNumber + 1}`;
    add(modules, frame.url ? moduleOf(frame.url) : frame.functionName, ms);
    add(functions, name, ms);
  });
  process.stdout.write(`${file}: ${Math.round(total)} ms busy, ${Math.round(idle)} ms idle\n`);
  for (const list of [modules, functions]) {
    const sorted = [...list].toSorted(([, a], [, b]) => b - a).slice(0, TOP);
    for (const [name, ms] of sorted)
      process.stdout.write(`  ${((ms / total) * 100).toFixed(1).padStart(5)} %  ${name}\n`);
    process.stdout.write('\n');
  }
}

function add(sums: Map<string, number>, name: string, ms: number): void {
  sums.set(name, (sums.get(name) ?? 0) + ms);
}

/** Returns the npm package, the folder of the service, or the module of Node. */
function moduleOf(url: string): string {
  const [, packageName] = /node_modules\/(?!.*node_modules\/)((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  const [, folder] = /\/dist\/([^/]+)/.exec(url) ?? [];
  return packageName ?? (folder ? `dist/${folder}` : url.startsWith('node:') ? url : url || '(native)');
}
