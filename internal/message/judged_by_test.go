package message

import (
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The record has every reason, so that of a message that grows too long they are the first to go; not this one.
func TestThatAnEarlierPolicyJudgedIsSaidWhereAVerdictIsTold(t *testing.T) {
	t.Parallel()
	const note = "version 6 of the policy judged, because version 7 does not parse: line 3: unknown key colour"
	because := quarantine.Reason{Name: quarantine.ReasonPolicy, Text: note}
	seen := map[quarantine.MessageKind]bool{}
	for name, news := range oneOfEach() {
		without := compose(t, news)
		if news.Triage != nil {
			judged := *news.Triage
			judged.Verdict.Reasons = append(slices.Clone(judged.Verdict.Reasons), because)
			news.Triage = &judged
		}
		if news.Approval != nil {
			asked := *news.Approval
			asked.Reasons = append(slices.Clone(asked.Reasons), because)
			news.Approval = &asked
		}
		for _, r := range []Record{{}, onRecord()} {
			m := composed(t, news, r)
			times := strings.Count(unwrapped(m.Text), note)
			if times > 1 || times > 0 && !slices.Contains(judging, news.Kind) {
				t.Errorf("%s: said %d times\n%s", name, times, m.Text)
			}
			seen[news.Kind] = seen[news.Kind] || times == 1
		}
		if strings.Contains(without.Text, "WHAT JUDGED") {
			t.Errorf("%s: it is said where the newest policy judged", name)
		}
	}
	for _, kind := range judging {
		if !seen[kind] {
			t.Errorf("%s does not say it", kind)
		}
	}
}

// It decides nothing, and so is no reason why something was not cut.
func TestWhichPolicyJudgedIsNoReasonOfTheVerdict(t *testing.T) {
	t.Parallel()
	news := oneOfEach()["told only"]
	if news.Triage == nil {
		for _, n := range oneOfEach() {
			if n.Kind == quarantine.KindToldOnly && n.Triage != nil {
				news = n
			}
		}
	}
	judged := *news.Triage
	judged.Verdict.Action = quarantine.ActionNotify
	judged.Verdict.Reasons = []quarantine.Reason{{Name: "exempt", Text: "told only: it is exempt"}, {Name: quarantine.ReasonPolicy, Text: "version 6 of the policy judged"}}
	news.Triage = &judged
	text := compose(t, news).Text
	for title, section := range sections(text) {
		if strings.Contains(section, "version 6") != (title == "WHAT JUDGED") {
			t.Errorf("it stands below %s:\n%s", title, text)
		}
	}
}

// sections are a text's parts by their titles.
func sections(text string) map[string]string {
	out := map[string]string{}
	title := ""
	for row := range strings.SplitSeq(text, "\n") {
		if row != "" && row == strings.ToUpper(row) && !strings.HasPrefix(row, " ") {
			title = row
		}
		out[title] += row + "\n"
	}
	return out
}
