/** One line of GET /events. `timeNano` is above what a JS number holds exactly: it travels as text of an integer. */
export interface EventMessage {
	status?: string;
	id?: string;
	from?: string;
	Type: string;
	Action: string;
	Actor: { ID: string; Attributes: Record<string, string> };
	scope: string;
	/** Unix seconds. */
	time: number;
	timeNano: bigint | number;
}
