// Package backtest judges findings of the past by a policy, in the order in which they came, and
// estimates what would have become of them: what would have been cut, asked, told and ignored.
//
// It is an estimate. GuardDuty keeps one state of a finding, its last: so each is judged once, as of
// when it was created, with the severity and the count that it has now, and its repeats are not
// known. What a person would have answered, when an incident would have been released, and what EC2
// looked like then are not known either.
package backtest
