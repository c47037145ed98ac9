/** Away from what people use, and from where the kernel takes ports for outgoing connections. */
let next = 21_800;

/** Five ports: the gate's and up to four servers'. */
export function takePorts(): number {
	next += 5;
	return next - 5;
}
