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
  if (first?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The operation must come first.');
  return first;
}

const ids = (count: number) => ({ ids: Array.from({ length: count }, String) });
const assert = (source: string) => assertAffordable(schema, parse(source), operation(source), {});
const page = (argument: string) => `{ photos${argument} { nodes { id title } } }`;
// 1 for the page, and 3 for each row: the node, its ID and its title.
const pageOf = (rows: number) => 1 + rows * 3;

describe('operationCost', () => {
  it('counts the values of a response', () => {
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
  ])('counts photos%s as %i rows', (argument, rows) => {
    expect(cost(page(argument))).toBe(pageOf(rows));
  });

  it('uses the variables of the request', () => {
    const source = `query ($n: Int = 5) ${page('(first: $n)')}`;
    expect(cost(source)).toBe(pageOf(5));
    expect(cost(source, { n: 100 })).toBe(pageOf(100));
    expect(cost(source, { n: null })).toBe(pageOf(50));
  });

  it('does not count fields that a directive excludes', () => {
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

  it('multiplies the cost of a batch by its number of inputs', () => {
    const source =
      'mutation ($ids: [ID!]!) { trash(ids: $ids) { ... on Photo { id title } ... on NotFound { message } } }';
    expect(cost(source, ids(1))).toBe(3);
    expect(cost(source, ids(1_000))).toBe(2_001);
    // The resolver rejects larger batches.
    expect(cost(source, ids(100_000))).toBe(2_001);
  });

  it('assumes that lists without arguments are short and that columns are cheap', () => {
    expect(cost('{ stats { name photos } }')).toBe(21);
    expect(cost('{ strip { ids ratios } }')).toBe(1_001);
    expect(cost('{ strip(first: 100) { ids ratios } }')).toBe(11);
    expect(cost('{ strip(first: -100) { ids ratios } }')).toBe(2);
  });

  it('does not count introspection, which has its own validation rules', () => {
    expect(cost('{ __schema { types { fields { args { name } } } } }')).toBe(1);
    expect(cost('{ __typename }')).toBe(1);
  });

  it('returns null if the variables are invalid', () => {
    const source = `query ($n: Int!) ${page('(first: $n)')}`;
    expect(cost(source, { n: 'many' })).toBeNull();
    expect(cost(source)).toBeNull();
  });

  it('ignores the other operations of the document', () => {
    const source = `query One { photo(id: 1) { id } } query Two($id: ID!) { photo(id: $id) { id } }`;
    expect(cost(source)).toBe(2);
  });

  it('throws if the operation has too many selections', () => {
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

  it('accepts the largest page with all of its fields', () => {
    expect(() => assert(`{ photos(first: 200) ${everything} }`)).not.toThrow();
  });

  it('rejects twenty such pages with a message that explains how to reduce the cost', () => {
    const pages = Array.from({ length: 20 }, (_, n) => `p${n}: photos(first: 200) ${everything}`);
    expect(() => assert(`{ ${pages.join(' ')} }`)).toThrow(
      `the maximum is ${LIMITS.cost}. Request fewer fields or a smaller page.`,
    );
  });
});
