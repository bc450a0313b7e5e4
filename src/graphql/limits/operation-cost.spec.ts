import { Kind, type OperationDefinitionNode, buildSchema, parse } from 'graphql';
import { LIMITS } from './limits.ts';
import { assertAffordable, operationCost } from './operation-cost.ts';

const schema = buildSchema(`
  type Photo { id: ID! title: String tags: [String!]! camera: Camera }
  type Camera { make: String model: String }
  type Edge { cursor: String! node: Photo! }
  type PhotoConnection { edges: [Edge!]! nodes: [Photo!]! totalCount: Int! }
  type Strip { ids: [ID!]! ratios: [Float!]! }
  type Stat { name: String! photos: Int! }
  type NotFound { id: ID! message: String! }
  union Result = Photo | NotFound
  type Query {
    photo(id: ID!): Photo
    photos(first: Int, last: Int, tags: [String!]): PhotoConnection!
    strip(first: Int): Strip!
    stats: [Stat!]!
  }
  type Mutation { trash(ids: [ID!]!): [Result!]! }
`);

function cost(source: string, variables: Record<string, unknown> = {}): number | null {
  return operationCost(schema, parse(source), operation(source), variables);
}

function operation(source: string): OperationDefinitionNode {
  const [first] = parse(source).definitions;
  if (first?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The operation comes first.');
  return first;
}

const ids = (count: number) => ({ ids: Array.from({ length: count }, String) });
const assert = (source: string) => assertAffordable(schema, parse(source), operation(source), {});
const page = (argument: string) => `{ photos${argument} { nodes { id title } } }`;
// The page, and of each row: the node, its id, its title.
const pageOf = (rows: number) => 1 + rows * 3;

describe('operationCost', () => {
  it('counts the values of an answer', () => {
    expect(cost('{ photo(id: 1) { id tags camera { make model } } }')).toBe(6);
  });

  it.each([
    ['', 50],
    ['(first: 10)', 10],
    ['(last: 20)', 20],
    ['(first: 10, last: 20)', 20],
    ['(first: null)', 50],
    ['(first: 200)', 200],
    ['(first: 1000000)', 200],
    ['(first: 0)', 1],
    ['(first: -1000000)', 1],
    ['(tags: ["a", "b"])', 50],
  ])('counts photos%s for %i rows', (argument, rows) => {
    expect(cost(page(argument))).toBe(pageOf(rows));
  });

  it('goes by the variables that were sent', () => {
    const source = `query ($n: Int = 5) ${page('(first: $n)')}`;
    expect(cost(source)).toBe(pageOf(5));
    expect(cost(source, { n: 100 })).toBe(pageOf(100));
    expect(cost(source, { n: null })).toBe(pageOf(50));
  });

  it('does not count what a directive leaves out', () => {
    const source =
      'query ($more: Boolean!) { photo(id: 1) { id title @include(if: $more) camera @skip(if: true) { make } } }';
    expect(cost(source, { more: false })).toBe(2);
    expect(cost(source, { more: true })).toBe(3);
  });

  it('counts aliases and fragments each time they are used', () => {
    expect(
      cost('{ a: photo(id: 1) { ...F } b: photo(id: 2) { ...F } } fragment F on Photo { id title }'),
    ).toBe(6);
  });

  it('counts a batch as often as it has inputs', () => {
    const source =
      'mutation ($ids: [ID!]!) { trash(ids: $ids) { ... on Photo { id title } ... on NotFound { message } } }';
    expect(cost(source, ids(1))).toBe(3);
    expect(cost(source, ids(1_000))).toBe(2_001);
    // The resolver refuses what is more.
    expect(cost(source, ids(100_000))).toBe(2_001);
  });

  it('takes lists without arguments for short, and columns for cheap', () => {
    expect(cost('{ stats { name photos } }')).toBe(21);
    expect(cost('{ strip { ids ratios } }')).toBe(1_001);
    expect(cost('{ strip(first: 100) { ids ratios } }')).toBe(11);
    expect(cost('{ strip(first: -100) { ids ratios } }')).toBe(2);
  });

  it('does not count introspection, which has rules of its own', () => {
    expect(cost('{ __schema { types { fields { args { name } } } } }')).toBe(1);
    expect(cost('{ __typename }')).toBe(1);
  });

  it('knows no cost where the variables are not valid', () => {
    const source = `query ($n: Int!) ${page('(first: $n)')}`;
    expect(cost(source, { n: 'many' })).toBeNull();
    expect(cost(source)).toBeNull();
  });

  it('counts its own operation alone', () => {
    const source = `query One { photo(id: 1) { id } } query Two($id: ID!) { photo(id: $id) { id } }`;
    expect(cost(source)).toBe(2);
  });

  it('gives up on more selections than are allowed', () => {
    const fragments = Array.from(
      { length: 12 },
      (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`,
    );
    const source = `{ ...F0 } ${fragments.join(' ')} fragment F12 on Query { __typename }`;
    expect(() => cost(source)).toThrow('maximum allowed number of nodes');
  });
});

describe('assertAffordable', () => {
  const everything =
    '{ nodes { id title tags camera { make model } } edges { cursor node { id title tags camera { make model } } } totalCount }';

  it('lets the largest page pass with everything there is to it', () => {
    expect(() => assert(`{ photos(first: 200) ${everything} }`)).not.toThrow();
  });

  it('refuses twenty of them, and says what to do', () => {
    const pages = Array.from({ length: 20 }, (_, n) => `p${n}: photos(first: 200) ${everything}`);
    expect(() => assert(`{ ${pages.join(' ')} }`)).toThrow(
      `of which ${LIMITS.cost} are allowed: ask for fewer fields or a smaller page.`,
    );
  });
});
