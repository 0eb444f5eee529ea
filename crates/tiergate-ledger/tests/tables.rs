//! What the ledger answers, as tables: entries, with what is expected of them in the last column.
//! Each runs on every kind of ledger, and each ledger verifies afterwards.

mod support;

use support::run;

#[test]
fn what_is_reserved_counts_at_once() {
    run("
      limit lpp 2025-01-01 26
      a | 2026-01-02 | reserve | lpp@2026 Meridian 20 | accepted
      b | 2026-01-02 | reserve | lpp@2026 Meridian 7  | refused: lpp asked 7 left 6 of 26 (used 0, reserved 20) on 2026-01-02
      c | 2026-01-02 | reserve | lpp@2026 Meridian 6  | accepted
      d | 2026-01-02 | reserve | lpp@2026 Aldersea 26 | accepted
      = | 2026-01-02 | balance | lpp@2026 Meridian    | used 0 reserved 26
    ");
}

#[test]
fn a_retry_answers_with_the_first_result_and_counts_no_second_time() {
    run("
      limit lpp 2025-01-01 26
      a | 2026-01-02 | reserve | lpp@2026 Meridian 20 | accepted
      a | 2026-01-02 | reserve | lpp@2026 Meridian 20 | accepted (again)
      b | 2026-01-03 | reserve | lpp@2026 Meridian 20 | refused: lpp asked 20 left 6 of 26 (used 0, reserved 20) on 2026-01-03
      c | 2026-01-04 | release a | | accepted
      # Room was made since: the first answer stands, a new request has an id of its own.
      b | 2026-01-03 | reserve | lpp@2026 Meridian 20 | refused (again): lpp asked 20 left 6 of 26 (used 0, reserved 20) on 2026-01-03
      a | 2026-01-02 | reserve | lpp@2026 Meridian 21 | conflict
      a | 2026-01-05 | ship a  |                      | conflict
      reopen
      a | 2026-01-02 | reserve | lpp@2026 Meridian 20 | accepted (again)
      = | 2026-01-04 | balance | lpp@2026 Meridian    | used 0 reserved 0
    ");
}

#[test]
fn one_order_draws_on_all_its_quotas_or_on_none() {
    run("
      limit lpp 2025-01-01 26
      limit country 2025-01-01 10
      a | 2026-01-02 | reserve | lpp@2026 Meridian 5, country PL 11 | refused: country asked 11 left 10 of 10 (used 0, reserved 0) on 2026-01-02
      b | 2026-01-02 | reserve | lpp@2026 Meridian 27, country PL 11 | refused: lpp asked 27 left 26 of 26 (used 0, reserved 0) on 2026-01-02; country asked 11 left 10 of 10 (used 0, reserved 0) on 2026-01-02
      = | 2026-01-02 | balance | lpp@2026 Meridian | used 0 reserved 0
      c | 2026-01-02 | reserve | lpp@2026 Meridian 5, country PL 10 | accepted
      = | 2026-01-02 | balance | lpp@2026 Meridian | used 0 reserved 5
      = | 2026-01-02 | balance | country PL        | used 0 reserved 10
    ");
}

#[test]
fn a_reservation_ships_in_parts_and_what_is_left_is_released_once() {
    run("
      limit lpp 2025-01-01 100
      a  | 2026-01-02 | reserve 3   | lpp@2026 Meridian 100 | accepted
      s1 | 2026-01-03 | ship a 1    |                       | accepted
      =  | 2026-01-03 | balance     | lpp@2026 Meridian     | used 33 reserved 67
      s2 | 2026-01-04 | ship a 3    |                       | refused: 2 units are reserved and not shipped or released (1 shipped, 0 released, 0 returned); 3 were asked for
      r1 | 2026-01-05 | release a 1 |                       | accepted
      =  | 2026-01-05 | balance     | lpp@2026 Meridian     | used 33 reserved 34
      s3 | 2026-01-06 | ship a      |                       | accepted
      =  | 2026-01-06 | balance     | lpp@2026 Meridian     | used 67 reserved 0
      r2 | 2026-01-07 | release a   |                       | refused: 0 units are reserved and not shipped or released (2 shipped, 1 released, 0 returned)
      r1 | 2026-01-05 | release a 1 |                       | accepted (again)
      =  | 2026-01-07 | balance     | lpp@2026 Meridian     | used 67 reserved 0
    ");
}

#[test]
fn a_reservation_lapses_only_after_its_last_day() {
    run("
      limit lpp 2025-01-01 10
      a  | 2026-01-02 | reserve 1 until 2026-02-01 | lpp@2026 Meridian 10 | accepted
      e1 | 2026-02-01 | expire a |                      | refused: it is held until 2026-02-01
      s1 | 2026-02-02 | ship a   |                      | refused: it was held until 2026-02-01; reserve again to ship on 2026-02-02
      e2 | 2026-02-02 | expire a |                      | accepted
      e3 | 2026-02-03 | expire a |                      | refused: 0 units are reserved and not shipped or released (0 shipped, 1 released, 0 returned)
      b  | 2026-02-02 | reserve  | lpp@2026 Meridian 10 | accepted
      e4 | 2026-03-02 | expire b |                      | refused: it is held without a last day: release it
    ");
}

#[test]
fn what_comes_back_gives_back_only_where_the_law_says_so() {
    run("
      limit nveu 2025-01-01 10
      a  | 2026-01-02 | reserve 10        | nveu Meridian 10 | accepted
      s1 | 2026-01-03 | ship a            |                  | accepted
      x1 | 2026-01-04 | return a 4 loss   |                  | accepted
      =  | 2026-01-04 | balance           | nveu Meridian    | used 6 reserved 0
      x2 | 2026-01-05 | return a 3 resale |                  | accepted
      =  | 2026-01-05 | balance           | nveu Meridian    | used 6 reserved 0
      x3 | 2026-01-06 | return a 4 loss   |                  | refused: 3 units are shipped and not returned (3 shipped, 0 released, 7 returned); 4 were asked for
    ");
}

#[test]
fn limits_are_read_at_the_day_of_the_entry_and_grow_with_the_law() {
    run("
      today 2026-11-26
      limit nveu 2025-01-01 633, 2025-04-01 949, 2025-07-01 1266
      a | 2025-02-01 | reserve | nveu Meridian 634 | refused: nveu asked 634 left 633 of 633 (used 0, reserved 0) on 2025-02-01
      b | 2025-04-01 | reserve | nveu Meridian 900 | accepted
      # A day in the past has room of its own, but what is drawn on later days would come to exceed its limit.
      c | 2025-02-01 | reserve | nveu Meridian 60  | refused: nveu asked 60 left 49 of 949 (used 0, reserved 900) on 2025-04-01
      d | 2025-02-01 | reserve | nveu Meridian 49  | accepted
      e | 2025-07-01 | reserve | nveu Meridian 317 | accepted
      = | 2025-03-31 | balance | nveu Meridian     | used 0 reserved 49
      = | 2025-12-31 | balance | nveu Meridian     | used 0 reserved 1266
    ");
}

#[test]
fn a_lowered_limit_blocks_new_draws_and_rewrites_nothing() {
    run("
      limit country 2025-01-01 100, 2026-07-01 50
      today 2026-05-01
      a | 2026-05-01 | reserve | country PL 80 | accepted
      today 2026-08-01
      b | 2026-08-01 | reserve | country PL 1  | refused: country asked 1 left 0 of 50 (used 0, reserved 80) on 2026-08-01
      # Nor does a date before the change reach the old limit.
      c | 2026-06-01 | reserve | country PL 1  | refused: country asked 1 left 0 of 50 (used 0, reserved 80) on 2026-07-01
      s | 2026-08-02 | ship a  |               | accepted
      = | 2026-08-02 | balance | country PL    | used 80 reserved 0
    ");
}

#[test]
fn an_agreement_raises_one_countrys_limit_from_its_day_and_no_others() {
    run("
      limit country 2025-01-01 100
      a | 2026-05-01 | reserve | country AE 101 | refused: country asked 101 left 100 of 100 (used 0, reserved 0) on 2026-05-01
      g | 2026-05-15 | limit   | country AE 200 | accepted
      b | 2026-05-14 | reserve | country AE 101 | refused: country asked 101 left 100 of 100 (used 0, reserved 0) on 2026-05-14
      c | 2026-05-15 | reserve | country AE 101 | accepted
      d | 2026-05-15 | reserve | country PL 101 | refused: country asked 101 left 100 of 100 (used 0, reserved 0) on 2026-05-15
    ");
}

#[test]
fn a_share_grows_with_what_it_is_a_share_of() {
    run("
      share outside 1/4 of total
      t | 2026-01-01 | correct | total Meridian 96 | accepted
      a | 2026-01-02 | reserve | outside Meridian 33, total Meridian 33 | refused: outside asked 33 left 32 of 32 (used 0, reserved 0) on 2026-01-02
      b | 2026-01-02 | reserve | outside Meridian 32, total Meridian 32 | accepted
      c | 2026-01-03 | reserve | outside Meridian 1, total Meridian 1   | refused: outside asked 1 left 0 of 32 (used 0, reserved 32) on 2026-01-03
      u | 2026-01-04 | correct | total Meridian 4 | accepted
      d | 2026-01-04 | reserve | outside Meridian 1, total Meridian 1   | accepted
    ");
}

#[test]
fn a_year_has_its_own_limit_and_a_reservation_ships_in_the_year_it_counts_in() {
    run("
      limit lpp 2025-01-01 10
      a | 2026-12-30 | reserve | lpp@2026 Meridian 10 | accepted
      b | 2027-01-02 | reserve | lpp@2027 Meridian 10 | accepted
      s | 2027-01-02 | ship a  |                      | refused: it counts on lpp of Meridian in 2026, and 2027-01-02 is not among those days: release it, and reserve for the day it ships
      e | 2026-12-29 | ship a  |                      | refused: it was decided and reserved for 2026-12-30; to ship on 2026-12-29, decide and reserve for that day
      i | 2027-01-02 | reserve | lpp@2026 Meridian 1  | invalid: 2027-01-02 is not among the days of lpp of Meridian in 2026
    ");
}

#[test]
fn a_correction_puts_a_count_right_and_never_below_zero() {
    run("
      limit lpp 2025-01-01 10
      a | 2026-01-02 | correct | lpp@2026 Meridian 8  | accepted
      b | 2026-01-03 | reserve | lpp@2026 Meridian 3  | refused: lpp asked 3 left 2 of 10 (used 8, reserved 0) on 2026-01-03
      c | 2026-01-04 | correct | lpp@2026 Meridian -9 | refused: 9 would be taken from 8 used on 2026-01-04: a count does not go below zero
      d | 2026-01-04 | correct | lpp@2026 Meridian -8 | accepted
      # Nor at a day in the past, nor at any day after it.
      e | 2026-01-02 | correct | lpp@2026 Meridian -1 | refused: 1 would be taken from 0 used on 2026-01-04: a count does not go below zero
      f | 2026-01-05 | reserve | lpp@2026 Meridian 10 | accepted
    ");
}

#[test]
fn a_name_in_another_case_or_spacing_is_the_same_holder() {
    run("
      limit lpp 2025-01-01 10
      a | 2026-01-02 | reserve | lpp@2026 Meridian 8 | accepted
      b | 2026-01-02 | reserve | lpp@2026 MERIDIAN 3 | refused: lpp asked 3 left 2 of 10 (used 0, reserved 8) on 2026-01-02
    ");
}

#[test]
fn an_entry_about_nothing_says_so_and_is_not_kept() {
    run("
      limit lpp 2025-01-01 10
      s | 2026-01-02 | ship a     |                      | invalid: there is no reservation `a`: `of` is the id of a reserve entry
      a | 2026-01-02 | reserve    | lpp@2026 Meridian 11 | refused: lpp asked 11 left 10 of 10 (used 0, reserved 0) on 2026-01-02
      s | 2026-01-02 | ship a     |                      | invalid: the reservation `a` was refused: nothing is held under it
      b | 2026-01-02 | reserve    | lpp@2026 Meridian 10 | accepted
      d | 2026-01-03 | done b certification |            | accepted
      s | 2026-01-03 | ship b     |                      | accepted
    ");
}
