/** The name of a series beside its last bar; an empty one says nothing. */
export function endLabel(ink: string, last: number, name: string) {
  return {
    show: true,
    position: 'right',
    distance: 6,
    color: ink,
    fontSize: 12,
    formatter: ({ dataIndex }: { readonly dataIndex: number }) => (dataIndex === last ? name : ''),
  };
}
