import { exploreSteps, type Place, type Transition } from './explore-steps.ts';

type Look = 'way' | 'wait' | 'failure';

/** What the row says, and what is done there. */
const PLACES: Readonly<Record<Place, { readonly title: string; readonly look: Look }>> = {
  sending: { title: 'started: the POST is sent', look: 'way' },
  settling: { title: 'started, in doubt: ARM is given time', look: 'wait' },
  comparing: { title: 'started, in doubt: the keys are read', look: 'wait' },
  waiting: { title: 'started, not in doubt: it waits', look: 'wait' },
  checking: { title: 'started, not in doubt: the keys are read', look: 'wait' },
  regenerated: { title: 'regenerated: the key is to be stored', look: 'way' },
  stored: { title: 'stored: the key is to be tried', look: 'way' },
  promoting: { title: 'verified: the key is to become the current one', look: 'way' },
  verified: { title: 'verified: the event is to be sent', look: 'way' },
  unpromoted: { title: 'completed: the key is to become the current one once it works', look: 'wait' },
  completed: { title: 'completed', look: 'way' },
  failed: { title: 'failed: the event is to be sent', look: 'failure' },
  told: { title: 'failed, nothing more to tell', look: 'failure' },
  watched: { title: 'ended, and looked at for a change that comes late', look: 'wait' },
};

const LOOKS: Readonly<Record<Look, string>> = {
  way: 'fill:#d7ecd9,stroke:#2e7d32,color:#10240f',
  wait: 'fill:#fdf1cf,stroke:#a67c00,color:#2e2300',
  failure: 'fill:#f8d9d6,stroke:#b3261e,color:#3b0906',
};

/** The shorter ways, and what they lack. */
const SHORTCUTS = [
  { lack: 'without a vault', stores: false, verifies: true },
  { lack: 'without a trial', stores: true, verifies: false },
  { lack: 'without both', stores: false, verifies: false },
];

/** Two diagrams for Mermaid: until the key is regenerated, and until its consumers are told. */
export function stateDiagrams(): { readonly regenerating: string; readonly telling: string } {
  const transitions = allTransitions();
  const isStarted = ({ from }: Transition) => PLACES[from].title.startsWith('started');
  return {
    regenerating: diagram(transitions.filter(isStarted)),
    telling: diagram(transitions.filter((one) => !isStarted(one))),
  };
}

function allTransitions(): Transition[] {
  const found = new Map<string, Transition>();
  const add = (one: Transition, lack?: string) => {
    const key = JSON.stringify(one);
    if (found.has(key)) return;
    found.set(key, lack === undefined ? one : { ...one, learned: `${one.learned}, ${lack}` });
  };
  for (const one of exploreSteps({ stores: true, verifies: true })) add(one);
  for (const { lack, ...configuration } of SHORTCUTS) {
    for (const one of exploreSteps(configuration)) add(one, lack);
  }
  return [...found.values()];
}

function diagram(transitions: readonly Transition[]): string {
  const places = (Object.keys(PLACES) as Place[]).filter((place) =>
    transitions.some(({ from, to }) => from === place || to === place),
  );
  const arrows = places.flatMap((from) =>
    places.flatMap((to) => {
      const labels = transitions.filter((one) => one.from === from && one.to === to);
      if (labels.length === 0) return [];
      const learned = labels.map((one) => one.learned).sort((a, b) => (a < b ? -1 : 1));
      return [`  ${from} --> ${to} : ${learned.join(' or<br/>')}`];
    }),
  );
  return [
    'stateDiagram-v2',
    ...places.map((place) => `  state "${PLACES[place].title}" as ${place}`),
    ...(places.includes('sending') ? ['  [*] --> sending'] : []),
    ...arrows,
    ...Object.entries(LOOKS).map(([look, style]) => `  classDef ${look} ${style}`),
    ...places.map((place) => `  class ${place} ${PLACES[place].look}`),
  ].join('\n');
}
