use tiergate_law::*;
use tiergate_engine::*;
use std::sync::Arc;
fn files(dir:&str,out:&mut Vec<(String,String)>){let mut v:Vec<_>=std::fs::read_dir(dir).unwrap().map(|e|e.unwrap().path()).collect();v.sort();for p in v{if p.is_dir(){files(p.to_str().unwrap(),out)}else if p.extension().is_some_and(|e|e=="toml"){out.push((p.display().to_string(),std::fs::read_to_string(&p).unwrap()))}}}
fn main(){
 let mut f=vec![];files("law",&mut f);
 let (lib,d)=Library::read(f.iter().map(|(a,b)|(a.as_str(),b.as_str())));
 for x in d.iter().chain(lib.check().iter()).take(20){println!("{}",render(x,f.iter().find(|(n,_)|*n==x.file).map(|x|x.1.as_str()).unwrap_or(""),false));}
 for law in std::iter::once("us".to_string()).chain(lib.proposals.iter().map(|p|p.instrument.id.clone())){
 for day in lib.breakpoints(&law).unwrap(){for v in [View::Text,View::Enforced]{
  match lib.consolidate(&LawRef{id:law.clone(),date:None,view:None},day,v){Ok(r)=>{let b=Rulebook::compile(Arc::new(r));let t=std::time::Instant::now();b.warm();println!("{law} {day} {} vars {} {:?} {:?}",v.word(),b.variables.asked.len(),b.node_counts(),t.elapsed());}Err(e)=>println!("{day} {e}")}
 }}}
}
