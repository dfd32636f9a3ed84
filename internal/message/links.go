package message

import (
	"net"
	"net/url"
	"regexp"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// consoles are the hosts of AWS's consoles by partition; the region stands
// before them: https://docs.aws.amazon.com/general/latest/gr/mgmt-console.html
var consoles = map[string]string{
	"aws":        "console.aws.amazon.com",
	"aws-cn":     "console.amazonaws.cn",
	"aws-us-gov": "console.amazonaws-us-gov.com",
	"aws-eusc":   "console.amazonaws-eusc.eu",
}

// regionForm keeps anything else out of a host name.
var regionForm = regexp.MustCompile(`^[a-z]{2,8}(-[a-z]+)+-[0-9]+$`)

// partitionOf takes the execution's word, then the finding's, then the region's name.
func partitionOf(n quarantine.News, region string) string {
	if e, ok := arn.ParseExecution(n.Execution.ID); ok {
		return e.Partition
	}
	if n.Triage != nil && n.Triage.Finding.Partition != "" {
		return n.Triage.Finding.Partition
	}
	return arn.PartitionOf(region)
}

// consoleURL is "" where the partition has no console that we know, or the
// region is none.
func consoleURL(partition, region, service, fragment string) string {
	host, ok := consoles[partition]
	if !ok || !regionForm.MatchString(region) {
		return ""
	}
	return "https://" + region + "." + host + "/" + service + "/home?region=" + region + "#" + fragment
}

// findingRegion is where GuardDuty keeps the finding: its own region, which is
// the resource's where only a question is left of it. What has no Region of its own is judged in the
// execution's.
func (f facts) findingRegion() string {
	if f.Triage != nil {
		return f.Triage.Finding.Region
	}
	if e, is := arn.ParseExecution(f.Execution.ID); is && f.words.Global {
		return e.Region
	}
	_, region := f.accountRegion()
	return region
}

// Links lead to the execution that asks, to the finding and to the resource of a question.
func Links(r quarantine.ApprovalRequest) []quarantine.Link {
	return factsOf(quarantine.News{Execution: r.Execution, Approval: &r}, Record{}).links()
}

// links lead to the execution, the finding and the resource, as far as known. What runs on a
// computer has no page in the console.
func (f facts) links() []quarantine.Link {
	var out []quarantine.Link
	add := func(label, region, service, fragment string) {
		if u := consoleURL(partitionOf(f.News, region), region, service, fragment); u != "" {
			out = append(out, quarantine.Link{Label: label, URL: u})
		}
	}
	if e, ok := arn.ParseExecution(f.Execution.ID); ok && !f.record.At.RunsHere() {
		add("Execution", e.Region, "states", "/v2/executions/details/"+url.PathEscape(f.Execution.ID))
	}
	if f.accusing != nil && f.accusing.ID != "" && !f.byWord() {
		add("Finding", f.findingRegion(), "guardduty",
			"/findings?macros=current&fId="+url.QueryEscape(f.accusing.ID))
	}
	if f.resource.ID != "" && f.words.Console != nil {
		service, fragment := f.words.Console(f.resource, f.naming())
		add(f.words.Label, f.resource.Region, service, fragment)
	}
	return out
}

// maxLink is what a channel that lays out can take, in characters; it is that of
// Slack: https://docs.slack.dev/reference/block-kit/block-elements/button-element
const maxLink = 3000

// page is the address where a question is decided, or "" where there is none
// that can be shown whole: https, or http on this machine itself, where a
// laptop serves it.
func (f facts) page() string {
	u, err := url.Parse(f.Link)
	unsafe := func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>|\"`", r) }
	switch {
	case err != nil, u.Hostname() == "", u.User != nil, len(f.Link) > maxLink, strings.ContainsFunc(f.Link, unsafe):
		return ""
	case strings.HasPrefix(f.Link, "https://"), strings.HasPrefix(f.Link, "http://") && net.ParseIP(u.Hostname()).IsLoopback():
		return f.Link
	default:
		return ""
	}
}
