/** Away from what people use, and from where the kernel takes ports for outgoing connections. */
let next = 21_800;

/** The first of so many ports that nobody else here is given. */
export function takePorts(count: number): number {
	next += count;
	return next - count;
}
