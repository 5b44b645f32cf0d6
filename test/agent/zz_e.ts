import { g, rt, sh, run, mi, spec, base, dec } from './zz_lib.ts';
import { readAll } from '#base';
for (const size of [100, 70000,200000,300000,3000000]) { const s=spec(['cat'],{process:{stdin:true}}); const p=await rt.start(s as any); const w=p.io.stdin!.getWriter(); const out=readAll(p.io.stdout); 
 const t0=performance.now(); const r=await Promise.race([(async()=>{await w.write(new Uint8Array(size).fill(65)); await w.close(); return [(await out).length, await p.exited]})(), new Promise(r=>setTimeout(()=>r('HANG'),4000))]); console.log(size,r,(performance.now()-t0).toFixed()); if(r==='HANG'){ const h=await Promise.race([sh('cat /proc/$(pgrep -x dockerd)/task/*/{syscall,wchan,stack}; ls -l /proc/$(pgrep -x dockerd)/fd; cat /proc/$(pgrep -x dockerd)/fdinfo/3; ls -l /proc/$(pgrep -f shim)/fd; ls -l /proc/$(pgrep -x cat)/fd; ps -ef|grep -v "\\["'),new Promise(r=>setTimeout(()=>r('DEAD'),4000))]); console.log(h); break;} }
process.exit(0);
