import { g, rt, sh, run, mi, spec, base, dec } from './zz_lib.ts';
import { readAll } from '#base';
async function exec(id:string, argv:string[], over:any={}){ try{ const p=await rt.exec(id,{...base,argv,...over}); const [o,e,x]=await Promise.all([readAll(p.io.stdout),p.io.stderr?readAll(p.io.stderr):new Uint8Array(),p.exited]); console.log(`>>> ${argv.join(' ')} => ${x.code}\n`+dec.decode(o)+(e.length?'STDERR '+dec.decode(e):'')); }catch(e:any){console.log('>>> exec failed',e.kind,e.message)} }
console.log('### long running with exec');
const s=spec(['sleep','1000']); const t=await rt.start(s as any); console.log('pid',t.pid, await rt.processes(s.id));
await exec(s.id,['ps']); await exec(s.id,['sh','-c','id; tty; cat /proc/self/cgroup; grep Cap /proc/self/status; ls -l /proc/self/fd; env'],{}); await exec(s.id,['tty'],{tty:true}); await exec(s.id,['nope']); await exec(s.id,['id'],{user:'www'}); await exec(s.id,['pwd'],{cwd:'/nonex'}); await exec(s.id,['sh','-c','exit 5']);
console.log('read',dec.decode(await rt.readFile(s.id,'/etc/hosts',1000)), await rt.stat(s.id,'/bin/sh'));
await rt.writeFile(s.id,'/new/dir/file',new TextEncoder().encode('hello'),{parents:true}); await exec(s.id,['cat','/new/dir/file']);
await sh('ps -ef | grep -v "\\["; mount | grep merged; ls /sys/fs/cgroup/docker/ | grep 0; cat /var/lib/docker/overlay2/*/diff/new/dir/file; ip -br l');
console.log('### kill the agent');
const ex0=t.exited.then(x=>console.log('exited',x)); 
let lost=0; g.session.listen({lost:()=>{lost++;console.log('lost')},connected:(h)=>console.log('connected',JSON.stringify(h.shims))});
await sh('kill -9 $(pgrep -x dockerd)').catch(e=>console.log('sh',e.message));
await g.session.ready(); console.log(await rt.list());
await rt.adopt(s.id,{tty:false,stdin:false}); await exec(s.id,['echo','after restart']);
await sh('ps -ef | grep -v "\\["');
await t.kill(9); await ex0; await rt.remove(s.id);
console.log('### init + pid1 + term'); { const s=spec(['sleep','1000'],{init:true}); const t=await rt.start(s as any); await exec(s.id,['ps']); await t.kill(15); console.log(await t.exited); await rt.remove(s.id); }
console.log('### stdin'); { const s=spec(['cat'],{process:{stdin:true}}); const t=await rt.start(s as any); const w=t.io.stdin!.getWriter(); const out=readAll(t.io.stdout); const big=new Uint8Array(3_000_000).fill(65); let t0=performance.now(); await w.write(big); await w.close(); console.log('got',(await out).length,(performance.now()-t0).toFixed(),'ms',await t.exited); await rt.remove(s.id);}
console.log('### tty'); { const s=spec(['sh'],{process:{stdin:true,tty:true}}); const t=await rt.start(s as any); const w=t.io.stdin!.getWriter(); const out=readAll(t.io.stdout); await w.write(new TextEncoder().encode('stty size; sleep 100\n')); await new Promise(r=>setTimeout(r,300)); await w.write(new Uint8Array([3])); await t.resize(50,100);  await w.write(new TextEncoder().encode('stty size; exit 4\n')); console.log(await t.exited, JSON.stringify(dec.decode(await out))); await rt.remove(s.id);}
console.log('### ports'); { const s=spec(['httpd','-f','-p','80','-h','/etc'],{ports:[{proto:'tcp',hostIp:'0.0.0.0',hostPort:8080,containerIp:'172.17.0.'+(0),containerPort:80}],rulesUp:'*nat\n-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\nCOMMIT\n',rulesDown:'*nat\n-D DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\nCOMMIT\n'});
 (s as any).ports[0].containerIp=(s as any).endpoints[0].address.split('/')[0];
 const t=await rt.start(s as any); await sh('curl -s -m 5 localhost:8080/passwd; echo $?; ping -c1 -W1 '+(s as any).ports[0].containerIp+'; iptables -t nat -S DOCKER; ps -ef | grep proxy'); 
 const s2=spec(['true'],{ports:(s as any).ports}); await rt.start(s2 as any).catch(e=>console.log('second:',e.kind,e.message)); 
 await t.kill(9); console.log(await t.exited); await rt.remove(s.id); await sh('iptables -t nat -S DOCKER; ip -br l; ls /sys/fs/cgroup/docker/ | grep 0; ps -ef|grep -v "\\["'); }
console.log('### stub signals'); await sh('docker sig & sleep 0.3; kill -INT $!; wait $!; echo "code $?"'); await sh('( docker sig & p=$!; sleep 0.2; kill -9 $p; wait $p; echo $? )');
await sh('kill -9 $(pgrep -x dockerd); sleep 0.01'); 
await g.session.ready();
await sh('curl -s -m 2 --unix-socket /var/run/docker.sock http://x/_ping; echo $?; su -s /bin/sh www-data -c "docker ps"; echo $?');
console.log(g.logged.join('\n'));
await g.dispose();
process.exit(0);
