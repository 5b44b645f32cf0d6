/** What an engine outside a swarm says to calls that want one. */
export const NO_SWARM =
	'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
