export { default as App } from './layout/App.svelte';
