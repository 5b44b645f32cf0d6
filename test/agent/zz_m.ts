import { prof } from './zz_prof.ts';
const { g, rt, sh, run, mi, spec, base, dec } = await import('./zz_lib.ts');
await run(['true'],{},true); await run(['true'],{},true);
await new Promise(r=>setTimeout(r,1000));
// total per run incl. async teardown
const N=Number(process.argv[2]??60);
const log=console.log; console.log=()=>{};
const i0=mi(); prof.on=true;
for(let i=0;i<N;i++) await run(['true'],{},true);
prof.on=false;
console.log=log;
await new Promise(r=>setTimeout(r,500));
console.log('per run', ((mi()-i0)/N).toFixed(3),'Mi', prof.n,'samples');
const per=(mi()-i0)/N; const agg=new Map<string,number>(); for(const [k,v] of prof.stacks){ const parts=k.split(' > '); let acc=''; for(const p of parts.slice(0,3)){ acc=acc?acc+' > '+p:p; agg.set(acc,(agg.get(acc)??0)+v);} }
for(const [k,v] of [...agg].sort((a,b)=>a[0].split(' > ')[0]===b[0].split(' > ')[0]?b[1]-a[1]:(agg.get(b[0].split(' > ')[0]!)!-agg.get(a[0].split(' > ')[0]!)!))) if(v/prof.busy>0.008) console.log((v/prof.busy*per*1000).toFixed(0).padStart(6)+'k',k);
console.log('LEAVES'); for(const [k,v] of [...prof.leaf].sort((a,b)=>b[1]-a[1]).slice(0,50)) console.log((v/prof.busy*per*1000).toFixed(0).padStart(6)+'k',k);
const rows=[...prof.hits].sort((a,b)=>b[1]-a[1]); for(const [k,v] of rows.slice(0,12)) console.log((v*100/prof.n).toFixed(2).padStart(6)+'%',k);
process.exit(0);
