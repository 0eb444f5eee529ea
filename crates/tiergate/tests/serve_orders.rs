//! Decided files of orders: kept in the database for whoever sent them, for a while.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod served;

use serde_json::Value;
use served::{As, MINUTE, Served, request};
use tiergate_server::Shared;

const HEAD: &str = "id,date,destination,quantity,item.chip,consignee.name,consignee.location,consignee.headquarters,consignee.parent,consignee.lists,end_uses,intermediaries\n";

/// A file of so many orders.
fn orders(count: usize) -> String {
    let row = |n| {
        format!("o-{n},2026-03-02,VN,100,nvidia-h100-sxm5,Meridian,VN,VN,VN,none,datacenter,none\n")
    };
    HEAD.to_owned() + &(0..count).map(row).collect::<String>()
}

/// Sends a file; gives the address of its results.
async fn sends(desk: &Served, who: &As, name: &str, text: &str) -> String {
    let As::Cookie(_, Some(csrf)) = who else {
        panic!()
    };
    let body = format!(
        "--B\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n\
         --B\r\nContent-Disposition: form-data; name=\"law\"\r\n\r\nus\r\n\
         --B\r\nContent-Disposition: form-data; name=\"view\"\r\n\r\nenforced\r\n\
         --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{text}\r\n--B--\r\n"
    );
    let kind = [("content-type", "multipart/form-data; boundary=B")];
    let sent = desk
        .ask_with(who, "POST", "/orders", Some(&Value::String(body)), &kind)
        .await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    sent.headers["location"].to_str().unwrap().to_owned()
}

/// What one instance decided, another shows to whoever sent it and to nobody else.
async fn shown_beside(desk: &Served, other: &Shared, ada: &As, others: &[As]) {
    let text =
        orders(6_000) + "o-bad,2026-03-02,Nowhere,1,nvidia-h100-sxm5,M,VN,VN,VN,none,none,none\n";
    let at = sends(desk, ada, "march.csv", &text).await;
    let here = desk.get(ada, &at).await.text;
    assert!(
        here.contains("march.csv") && here.contains("6,000 orders"),
        "{here}"
    );
    assert!(here.contains("1 thing could not be read"), "{here}");
    let csv = desk.get(ada, &format!("{at}/csv")).await;
    assert_eq!(csv.text.lines().count(), 6_001);
    for path in [at.clone(), format!("{at}/csv"), format!("{at}?q=o-5999")] {
        let asked = || request(ada, "GET", &path, None, &[]);
        let there = desk.send_to(other, asked()).await;
        assert_eq!(there.status, 200);
        assert_eq!(there.text, desk.send(asked()).await.text, "{path}");
    }
    let list = request(ada, "GET", "/orders", None, &[]);
    let list = desk.send_to(other, list).await;
    assert!(list.text.contains("march.csv"), "{}", list.text);
    for who in others {
        assert_eq!(desk.get(who, &at).await.status, 404);
        assert_eq!(desk.get(who, &format!("{at}/csv")).await.status, 404);
        assert!(!desk.get(who, "/orders").await.text.contains("march.csv"));
    }
}

/// An instance that starts later, as after a restart, and everybody else.
fn beside(desk: &Served) -> (Shared, As, Vec<As>) {
    let ada = desk.signed_in("analyst", "ada");
    let roles = ["analyst", "administrator", "licensing-officer"];
    let others = roles.map(|role| desk.signed_in(role, &format!("other-{role}")));
    (desk.beside(), ada, others.into())
}

#[tokio::test]
async fn another_instance_shows_and_downloads_what_one_decided_to_its_owner_alone() {
    let desk = Served::new("orders-beside");
    let (other, ada, others) = beside(&desk);
    shown_beside(&desk, &other, &ada, &others).await;
}

#[test]
fn another_instance_over_postgresql_shows_the_same() {
    let Some(desk) = Served::on_postgres("orders") else {
        return;
    };
    let (other, ada, others) = beside(&desk);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(shown_beside(&desk, &other, &ada, &others));
}

#[tokio::test]
async fn the_oldest_goes_when_there_are_five_and_all_after_a_week() {
    let desk = Served::new("orders-limit");
    let ada = desk.person("analyst", "ada");
    let signed_in = || {
        let (cookie, csrf) = desk.session(&ada);
        As::Cookie(cookie, Some(csrf))
    };
    let bo = desk.signed_in("analyst", "bo");
    let of_bo = sends(&desk, &bo, "bo.csv", &orders(1)).await;
    let me = signed_in();
    let mut all = Vec::new();
    for n in 0..6 {
        desk.pass(MINUTE);
        all.push(sends(&desk, &me, &format!("file-{n}.csv"), &orders(1)).await);
    }
    assert_eq!(desk.get(&me, &all[0]).await.status, 404);
    for at in &all[1..] {
        assert_eq!(desk.get(&me, at).await.status, 200);
    }
    assert_eq!(
        desk.get(&bo, &of_bo).await.status,
        200,
        "another's room is another's"
    );
    desk.pass(7 * 24 * 60 * MINUTE);
    let me = signed_in();
    assert_eq!(desk.get(&me, &all[5]).await.status, 404);
    assert!(!desk.get(&me, "/orders").await.text.contains("file-5.csv"));
}
