import { OrderDirection, type PhotoOrder, PhotoOrderField } from '../../metadata/browse/photo-filter.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

const order = (field: PhotoOrderField, direction = OrderDirection.DESC): PhotoOrder => ({ field, direction });

describe('a cursor', () => {
  it.each([
    [PhotoOrderField.TAKEN_AT, new Date('2024-05-01T09:30:00.120Z')],
    [PhotoOrderField.UPLOADED_AT, new Date(0)],
    [PhotoOrderField.FILENAME, '写真 "1".jpg'],
    [PhotoOrderField.SIZE, 2 ** 40],
  ])('of %s decodes to the position that was encoded', (field, value) => {
    const position = { value, id: 'photo-1' };
    expect(decodeCursor(order(field), encodeCursor(order(field), position))).toEqual(position);
  });

  it.each([
    ['of another field', encodeCursor(order(PhotoOrderField.SIZE), { value: 1, id: 'a' })],
    [
      'of another direction',
      encodeCursor(order(PhotoOrderField.TAKEN_AT, OrderDirection.ASC), { value: new Date(), id: 'a' }),
    ],
    ['that is not base64', '***'],
    ['that is not JSON', Buffer.from('nonsense').toString('base64url')],
    ['that is not a list', Buffer.from('{}').toString('base64url')],
    ['whose value is not a time', Buffer.from('["TAKEN_AT","DESC",9e15,"a"]').toString('base64url')],
    ['whose value is a string', Buffer.from('["TAKEN_AT","DESC","now","a"]').toString('base64url')],
    ['whose id is not a string', Buffer.from('["TAKEN_AT","DESC",1,{}]').toString('base64url')],
    ['that is very long', 'A'.repeat(2000)],
  ])('%s is rejected as BAD_USER_INPUT', (_, cursor) => {
    expect(() => decodeCursor(order(PhotoOrderField.TAKEN_AT), cursor)).toThrow(
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) }),
    );
  });
});
