package backtest

import "fmt"

// notKnown says what an estimate leaves open.
func notKnown(o Options) []string {
	all := []string{
		"How a finding was at first: GuardDuty keeps its last state. Each is judged once, as of when it was created, with the severity, the count and the tags that it has now.",
		"Its repeats, each of which is an event: they join an incident or are told.",
		fmt.Sprintf("When an incident would have been released: it is taken to stay open for %s hours (--open-for).", trimmed(o.OpenFor.Hours())),
		fmt.Sprintf("What a person would have answered: nothing, and a question is taken to stay open for %s hours, as it does by default. What the policy has silence come to is not carried out.", trimmed(questionOpen.Hours())),
	}
	if o.Live == nil {
		return append(all, "Who else a cut would have hit, which share of its VPC's subnets, and what the instance was like: "+
			"the account was not asked (--live), so that this part of the brake held nothing.")
	}
	return append(all, "What the account was like then: who else a cut would have hit, which share of the VPC's subnets, and whether the instance passes on traffic of others "+
		"are as the account is now, where it says so. The instance's Auto Scaling group is not read.")
}
