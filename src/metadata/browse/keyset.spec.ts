import { addPosition, orderBy } from './keyset.ts';
import { Conditions } from './photo-conditions.ts';
import { OrderDirection, type PhotoOrder, PhotoOrderField } from './photo-filter.ts';

const order = (field: PhotoOrderField, direction = OrderDirection.DESC): PhotoOrder => ({ field, direction });

describe('keyset pagination', () => {
  it('orders by the column and then by id, reversed for a backward page', () => {
    expect(orderBy(order(PhotoOrderField.TAKEN_AT), false)).toBe('taken_at_local DESC, id DESC');
    expect(orderBy(order(PhotoOrderField.TAKEN_AT), true)).toBe('taken_at_local ASC, id ASC');
  });

  it.each([
    [OrderDirection.DESC, 'after', '<'],
    [OrderDirection.DESC, 'before', '>'],
    [OrderDirection.ASC, 'after', '>'],
    [OrderDirection.ASC, 'before', '<'],
  ] as const)('in %s order, selects the photos %s a position with %s', (direction, side, sign) => {
    const where = new Conditions();
    addPosition(where, order(PhotoOrderField.SIZE, direction), { value: 7, id: 'x' }, side);
    expect(String(where)).toBe(`size_bytes ${sign}= $1 AND (size_bytes ${sign} $1 OR id ${sign} $2)`);
    expect(where.params).toEqual([7, 'x']);
  });
});
