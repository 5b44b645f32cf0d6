import { Guest } from '../machine/agent/guest.ts';
import { readFileSync } from 'node:fs';
import { GuestRuntime, serveCommands } from '#guest';
import { readAll } from '#base';
import { writeTar } from '#oci';
import { defaultSeccomp } from '../../src/engine/security/seccomp.ts';
import { capabilityMask } from '../../src/engine/security/capabilities.ts';
export const g = await Guest.boot(readFileSync('/tmp/agentbuild/dockerd'), (t)=>process.stdout.write(t));
const clock={now:()=>Date.now(),sleep:()=>new Promise<void>(()=>{})};
export const rt=new GuestRuntime({session:g.session,layers:g.server,clock});
export const dec=new TextDecoder();
export const mi=()=>g.machine.instructions()/1e6;
export const base={env:['PATH=/usr/sbin:/usr/bin:/sbin:/bin','TERM=xterm'],cwd:'/',user:'',tty:false,stdin:false,rows:24,cols:80,caps:0n,privileged:false,noNewPrivileges:false};
export async function sh(script:string, tty=false){ const i0=mi(); const p=await rt.spawn({...base,env:[...base.env,'HOME=/root'],argv:['bash','-c',script],tty});
 const [o,e,x]=await Promise.all([readAll(p.io.stdout),p.io.stderr?readAll(p.io.stderr):new Uint8Array(),p.exited]);
 console.log(`--- ${script} => ${x.code} (${(mi()-i0).toFixed(2)} Mi)\n`+dec.decode(o)+(e.length?'STDERR '+dec.decode(e):''));}
const bb=readFileSync('/tmp/h/bb/bin/busybox');
const applets='sh true false echo cat ls ps id hostname mount ip sleep env touch tty stty wget nc httpd grep ping head tail pwd mkdir rm test sed kill vi top wc date'.split(' ');
const tar=writeTar([{path:'bin/'},{path:'bin/busybox',data:bb,mode:0o755},...applets.map(a=>({path:'bin/'+a,type:'1' as const,link:'bin/busybox'})),
 {path:'etc/'},{path:'etc/passwd',data:'root:x:0:0:root:/root:/bin/sh\nwww:x:33:33:www:/var/www:/bin/false\n'},{path:'etc/group',data:'root:x:0:\nwheel:x:10:root\nwww:x:33:\n'},
 {path:'proc/'},{path:'sys/'},{path:'dev/'},{path:'tmp/',mode:0o1777},{path:'root/'},{path:'etc/hosts',data:''},{path:'etc/hostname',data:''},{path:'etc/resolv.conf',data:''}]);
export const DIFF='sha256:'+'ab'.repeat(32);
await rt.addLayer(DIFF,tar);
const caps=capabilityMask([],[],false);
const m=(source:string,target:string,type:string,options:string[])=>({source,target,type,options,createSource:false});
let n=0;
export function spec(argv:string[], over:any={}){ n++; const id=(n.toString(16).padStart(2,'0')).repeat(32).slice(0,64); const {process:po,...rest}=over;
 return {id,lowers:[DIFF],process:{...base,env:['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin','HOSTNAME='+id.slice(0,12)],argv,caps,...po},extraGroups:[],readOnlyRoot:false,init:false,hostname:id.slice(0,12),domainname:'',
 files:['resolv.conf','hostname','hosts'].map(f=>({path:f,mode:0o644,content:new TextEncoder().encode(f==='hosts'?'127.0.0.1\tlocalhost\n':'x\n')})),
 mounts:[m('proc','/proc','proc',['nosuid','noexec','nodev']),m('tmpfs','/dev','tmpfs',['nosuid','strictatime','mode=755','size=65536k']),m('devpts','/dev/pts','devpts',['nosuid','noexec','newinstance','ptmxmode=0666','mode=0620','gid=5']),m('sysfs','/sys','sysfs',['nosuid','noexec','nodev','ro']),m('cgroup','/sys/fs/cgroup','cgroup2',['ro','nosuid','noexec','nodev']),m('mqueue','/dev/mqueue','mqueue',['nosuid','noexec','nodev']),m('shm','/dev/shm','tmpfs',['nosuid','noexec','nodev','mode=1777','size=67108864']),
  ...['resolv.conf','hostname','hosts'].map(f=>m(`/var/lib/docker/containers/${id}/${f}`,`/etc/${f}`,'bind',['rbind','rprivate']))],
 rlimits:[],cgroup:[] as [string,string][],cgroupParent:'',seccomp:defaultSeccomp(caps),
 maskedPaths:['/proc/asound','/proc/acpi','/proc/interrupts','/proc/kcore','/proc/keys','/proc/latency_stats','/proc/timer_list','/proc/timer_stats','/proc/sched_debug','/proc/scsi','/sys/firmware','/sys/devices/virtual/powercap'],
 readOnlyPaths:['/proc/bus','/proc/fs','/proc/irq','/proc/sys','/proc/sysrq-trigger'],
 sysctls:[] as [string,string][],devices:[],oomScoreAdj:0,namespaces:{net:'',pid:'',ipc:'',uts:'',cgroup:''},
 endpoints:[{bridge:'docker0',hostIfName:'veth'+id.slice(0,7),ifName:'eth0',mac:'02:42:ac:11:00:'+(n+1).toString(16).padStart(2,'0'),address:`172.17.0.${n+1}/16`,gateway:'172.17.0.1'}],ports:[],rulesUp:'',rulesDown:'',...rest}; }
export async function run(argv:string[],over:any={},quiet=false){ const i0=mi(); const t0=performance.now(); const s=spec(argv,over); try { const t=await rt.start(s as any);
 const i1=mi();
 const [o,e,x]=await Promise.all([readAll(t.io.stdout),t.io.stderr?readAll(t.io.stderr):new Uint8Array(),t.exited]);
 const i2=mi(); 
 console.log(`=== ${argv.join(' ')} => ${x.code}${x.oomKilled?' OOM':''} (start ${(i1-i0).toFixed(2)}, end ${(i2-i1).toFixed(2)} Mi, ${(performance.now()-t0).toFixed(0)} ms)`); if(!quiet) console.log(dec.decode(o)+(e.length?'STDERR '+dec.decode(e):''));
 await rt.remove(s.id);
 } catch(e:any) { console.log(`=== ${argv.join(' ')} FAILED:`, e.kind, e.message, (mi()-i0).toFixed(2)); try{await rt.remove(s.id)}catch(e:any){console.log('remove',e.message)} } }
serveCommands(g.session, async (c)=>{ 
  if(c.argv[1]==='cat'){ for await (const b of c.stdin as any) await c.writeStdout(b); return 0;}
  if(c.argv[1]==='sig'){ return await new Promise<number>(r=>{c.onSignal(s=>r(s)); c.onResize(()=>r(99)); }); }
  await c.writeStdout(new TextEncoder().encode('HOST '+JSON.stringify([c.argv,c.cwd,c.tty,c.size(),Object.keys(c.env).length])+'\n')); return 7; }, (l,m)=>console.log('LOG',l,m));
setTimeout(()=>{console.log('TIMEOUT'); process.exit(1)},400000).unref();
