/** Somebody orders, as a line of a file says it. */
export const orderEvent = (id: string, card = 'card-1') => ({
  event: 'order.placed',
  id,
  data: {
    orderId: id,
    customer: 'ada',
    card,
    items: [{ sku: 'tea', quantity: 2 }],
    totalCents: 900,
  },
});
