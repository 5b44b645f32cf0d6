import { Guest } from './guest.ts';
import { readFileSync } from 'node:fs';
import { GuestRuntime, serveCommands } from '#guest';
import { readAll } from '#base';
const t0=Date.now();
const to=setTimeout(()=>{console.log('TIMEOUT'); process.exit(1)},100000);
const g = await Guest.boot(readFileSync('/tmp/agentbuild/dockerd'), (t)=>process.stdout.write(t));
console.log('booted', Date.now()-t0, 'ms', (g.machine.instructions()/1e6).toFixed(1),'Mi');
const clock={now:()=>Date.now(),sleep:()=>new Promise<void>(()=>{})};
const rt=new GuestRuntime({session:g.session,layers:g.server,clock});
const dec=new TextDecoder();
const base={env:['PATH=/usr/sbin:/usr/bin:/sbin:/bin','HOME=/root','TERM=xterm'],cwd:'/root',user:'',tty:false,stdin:false,rows:24,cols:80,caps:0n,privileged:false,noNewPrivileges:false};
async function sh(script:string, tty=false){ const i0=g.machine.instructions(); const p=await rt.spawn({...base,argv:['bash','-c',script],tty});
 const [o,e,x]=await Promise.all([readAll(p.io.stdout),p.io.stderr?readAll(p.io.stderr):new Uint8Array(),p.exited]);
 console.log(`--- ${script} => ${x.code} (${((g.machine.instructions()-i0)/1e6).toFixed(2)} Mi)\n`+dec.decode(o)+(e.length?'STDERR '+dec.decode(e):''));}
(globalThis as any).sh=sh;
serveCommands(g.session, async (c)=>{ 
  if(c.argv[1]==='cat'){ for await (const b of c.stdin as any) await c.writeStdout(b); return 0;}
  await c.writeStdout(new TextEncoder().encode('HOST '+JSON.stringify([c.argv,c.cwd,c.tty,c.size(),Object.keys(c.env).length])+'\n')); return 7; }, (l,m)=>console.log('LOG',l,m));
await sh('echo hi; id; ls -la /; ls -la /dev; mount; ps -ef; ls -la /run /var/run/');
await sh('ip a; iptables -t nat -S; cat /sys/fs/cgroup/cgroup.subtree_control; dmesg | tail -5; hostname; date');
await sh('tty; stty -a', true);
await sh('docker run x; echo "code $?"; docker ps; docker version');
await sh('echo abc | docker cat; echo $?');
await sh('sleep 0.1; exit 3');
console.log(g.logged.join('\n'));
clearTimeout(to);
await g.dispose();
process.exit(0);
