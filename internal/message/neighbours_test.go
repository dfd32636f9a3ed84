package message

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// hitting is the news of a cut that hit these.
func hitting(n *quarantine.Neighbours) quarantine.News {
	news := contained()
	news.Containment.Neighbours = n
	return news
}

func TestWhoElseIsCutOffIsInTheFirstLines(t *testing.T) {
	t.Parallel()
	gateway := []quarantine.NeighbourCount{
		{Kind: quarantine.NeighbourInstance, Count: 7}, {Kind: quarantine.NeighbourNATGateway, Count: 1, Names: []string{"nat-0123456789abcdef0"}},
	}
	for says, n := range map[string]*quarantine.Neighbours{
		"Cut off with it, as counted then: 7 other instances and a NAT gateway (nat-0123456789abcdef0).": {Subnets: []string{"subnet-1"}, Kinds: gateway},
		"Cut off with it, as counted then: at least 7 other instances":                                   {Subnets: []string{"subnet-1", "subnet-2"}, Kinds: gateway, AtLeast: true},
		"Nothing else was in its subnet when it was cut.":                                                {Subnets: []string{"subnet-1"}},
		"Who else is cut off with it is not known (EC2 did not answer in time).":                         {Subnets: []string{"subnet-1"}, NotKnown: "EC2 did not answer in time"},
	} {
		text := compose(t, hitting(n)).Text
		first, _, _ := strings.Cut(text, "The instance")
		lines := strings.Join(strings.Fields(first), " ")
		if !strings.Contains(lines, says) {
			t.Errorf("%q is not in:\n%s", says, first)
		}
	}
	says(t, compose(t, hitting(nil)).Text, nil, "Cut off with it", "Who else is cut off")
}

// Whom to ask is known by name below, once: the first lines have room for how many there are.
func TestTheFirstHostsThatAreCutOffAreNamed(t *testing.T) {
	t.Parallel()
	n := &quarantine.Neighbours{Subnets: []string{"subnet-1"}, Kinds: []quarantine.NeighbourCount{
		{Kind: quarantine.NeighbourInstance, Count: 4, Names: []string{"i-0aaa", "i-0bbb", "i-0ccc"}}}}
	news := hitting(n)
	news.Containment.Instance.Tags, news.Containment.Instance.ProfileARN = nil, "" // or their steps leave no room
	text := compose(t, news).Text
	for _, want := range []string{"Cut off with it, as counted then: 4 other instances.", "CUT OFF WITH IT 4 other instances (i-0aaa, i-0bbb, i-0ccc and 1 more)."} {
		if strings.Count(strings.Join(strings.Fields(text), " "), want) != 1 {
			t.Errorf("%q is not in, or more than once:\n%s", want, text)
		}
	}
	n.Kinds[0].Names = nil
	says(t, compose(t, news).Text, nil, "CUT OFF WITH IT")
}

// What is behind a NAT gateway was not read, and the message says how to.
func TestWhatIsBehindANATGatewayIsSaidNotToBeKnown(t *testing.T) {
	t.Parallel()
	nat := func(name string) *quarantine.Neighbours {
		return &quarantine.Neighbours{Kinds: []quarantine.NeighbourCount{{Kind: quarantine.NeighbourNATGateway, Count: 1, Names: []string{name}}}}
	}
	says(t, compose(t, hitting(nat("nat-0123456789abcdef0"))).Text, []string{
		"Which subnets have lost their way out by that is not known here", "Name=route.nat-gateway-id,Values=nat-0123456789abcdef0"})
	says(t, compose(t, hitting(nat("eni-0123456789abcdef0"))).Text, nil, "route.nat-gateway-id")
}

func TestAQuestionBecauseOfTheNeighboursNamesThem(t *testing.T) {
	t.Parallel()
	news := askedWhether(quarantine.PurposeIsolate)
	news.Approval.Reasons = append(news.Approval.Reasons, quarantine.Reason{Name: quarantine.ReasonBrake,
		Text: "the brake holds this cut: the cut would hit 24 other instances: " + quarantine.TooManyNeighbours + " (upTo is 20)"})
	says(t, compose(t, news).Text, []string{"the cut would hit 24 other instances", "A yes cuts all of that off with the instance"}, "outbreak", "was not read for this question")
	says(t, compose(t, askedWhether(quarantine.PurposeIsolate)).Text, []string{"Which these are was not read for this question"})
}

func TestWhatTheCutHitsOfTheInstancesGroupIsSaid(t *testing.T) {
	t.Parallel()
	group := func(g quarantine.GroupHit) *quarantine.Neighbours {
		return &quarantine.Neighbours{Subnets: []string{"subnet-1"}, Kinds: []quarantine.NeighbourCount{{Kind: quarantine.NeighbourInstance, Count: 3}}, Group: &g}
	}
	const step = "ends other members that fail their health checks for the cut"
	says(t, standingBy(t, hitting(group(quarantine.GroupHit{Group: "web", Members: 2, Subnets: 2, Under: 2}))), []string{
		"CUT OFF WITH IT 3 other instances; 2 other members of its Auto Scaling group web lie under the cut, and all 2 subnets of it do: replacements that it launches cannot work.",
		step,
	})
	says(t, standingBy(t, hitting(group(quarantine.GroupHit{Group: "web", Subnets: 2, Under: 1}))), []string{"no other member of its Auto Scaling group web lies under the cut"}, step)
	says(t, compose(t, hitting(group(quarantine.GroupHit{Group: "web", Members: 2}))).Text, nil, step) // without standby the first step suspends that
	alone := &quarantine.Neighbours{Subnets: []string{"subnet-1"}, Group: &quarantine.GroupHit{Group: "web", Subnets: 1, Under: 1}}
	says(t, compose(t, hitting(alone)).Text, []string{"its only subnet does: replacements that it launches cannot work"}, "Nothing else was in its subnet")
}

// standingBy is the text of news where the measure standby is taken.
func standingBy(t *testing.T, n quarantine.News) string {
	t.Helper()
	n.Triage = &quarantine.Triage{Measures: []string{"standby"}}
	return strings.Join(strings.Fields(compose(t, n).Text), " ")
}

func TestAQuestionBecauseOfTheGroupNamesIt(t *testing.T) {
	t.Parallel()
	news := askedWhether(quarantine.PurposeIsolate)
	news.Approval.Reasons = append(news.Approval.Reasons, quarantine.Reason{Name: quarantine.ReasonBrake,
		Text: "the brake holds this cut: the cut would hit 3 other instances; 2 other members of its Auto Scaling group web lie under the cut, and " + quarantine.GroupIsHit})
	says(t, compose(t, news).Text, []string{"2 other members of its Auto Scaling group web", "are ended and replaced, which is billed"}, "outbreak", "was not read for this question")
}
