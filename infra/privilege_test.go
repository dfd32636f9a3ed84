package infra_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

// TestCodeDocumentationAndRolesAgree is three-cornered: what the code of a
// function can call, what its handler's doc comment says, and what its role allows.
func TestCodeDocumentationAndRolesAgree(t *testing.T) {
	t.Parallel()
	s, p := stack(t), code(t)
	for _, f := range functions {
		if role := text(s.Resources()[f.id].Properties, "Role"); role != "${"+f.id+"Role.Arn}" {
			t.Errorf("%s has the role %q, not one of its own", f.id, role)
		}
		granted, faults := grants(s, f.id+"Role")
		none(t, faults)
		said, ok := f.said(p)
		if !ok {
			t.Errorf("the doc comment of %s.%s has no paragraph \"IAM actions:\"", f.folder, f.handler)
		}
		for _, fault := range disagreements(f.reached(p).Actions, said, actions(granted)) {
			t.Errorf("%s: %s", f.id, fault)
		}
	}
}

// Help texts list what taking the cut back needs as the measure says it: that is what the
// function which does it says, and so what its code can call.
func TestTheCutSaysWhatReleaseNeedsToTakeItBack(t *testing.T) {
	t.Parallel()
	said, _ := documented(code(t).unit("functions/release"), "Handler")
	onEC2 := slices.DeleteFunc(said, func(a string) bool { return !strings.HasPrefix(a, "ec2:") })
	if want := slices.Sorted(slices.Values(register.Cut().Undoing)); !slices.Equal(onEC2, want) {
		t.Errorf("release needs %v, and the measure says %v", onEC2, want)
	}
}

// free needs no permission.
var free = map[string]string{
	"sts:GetCallerIdentity": "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
}

// implied is what a service does in the name of whoever calls it: such as on keys that
// customers manage themselves, which the stack itself has none of.
var implied = map[string][]string{
	"kms:Decrypt":         {"ssm:GetParameter", "sns:Publish"},
	"kms:GenerateDataKey": {"sns:Publish"},
	// EC2 tags what it makes, where it is asked to in the call that makes it.
	"ec2:CreateTags": {"ec2:CreateTags", "ec2:CreateSecurityGroup", "ec2:CreateNetworkAcl"},
}

// runtimes is what Lambda does in the name of a function, whatever its code.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
var runtimes = []string{"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}

// disagreements says which action only one or two of the three have. What the code can call comes with the way to the call.
func disagreements(called map[string]string, said, granted []string) (faults []string) {
	say := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	for _, a := range slices.Sorted(maps.Keys(called)) {
		if free[a] != "" {
			continue
		}
		say(!slices.Contains(granted, a), "the code can call %s, and the role does not allow it (%s)", a, called[a])
		say(!slices.Contains(said, a), "the code can call %s, and the handler's doc comment does not say so (%s)", a, called[a])
	}
	for _, a := range said {
		by, ok := implied[a]
		calledFor := slices.ContainsFunc(by, func(c string) bool { return called[c] != "" })
		say(ok && !calledFor, "the doc comment lists %s, and nothing that the code calls needs it", a)
		say(!ok && called[a] == "", "the doc comment lists %s, and the code never calls it", a)
	}
	for _, a := range granted {
		if slices.Contains(runtimes, a) {
			continue
		}
		_, ok := implied[a]
		say(!slices.Contains(said, a), "the role allows %s, and the doc comment does not list it", a)
		say(!ok && called[a] == "", "the role allows %s, and the code never calls it", a)
	}
	for _, a := range runtimes {
		say(!slices.Contains(granted, a), "the role does not allow %s: no logs, or no traces", a)
	}
	return faults
}

func TestADisagreementIsFoundOnEachOfTheThreeSides(t *testing.T) {
	t.Parallel()
	called := map[string]string{"ec2:CreateTags": "main > f", "ssm:GetParameter": "main > g", "sts:GetCallerIdentity": "main"}
	said := []string{"ec2:CreateTags", "kms:Decrypt", "ssm:GetParameter"}
	granted := append([]string{"ec2:CreateTags", "ssm:GetParameter"}, runtimes...)
	if got := disagreements(called, said, granted); len(got) > 0 {
		t.Fatalf("all agree, and yet %q", got)
	}
	more := maps.Clone(called)
	more["ec2:DeleteTags"] = "main > h"
	for name, c := range map[string]struct {
		got  []string
		want []string
	}{
		"in the code alone": {disagreements(more, said, granted), []string{
			"the code can call ec2:DeleteTags, and the role does not allow it (main > h)",
			"the code can call ec2:DeleteTags, and the handler's doc comment does not say so (main > h)"}},
		"in the documentation alone": {disagreements(called, append(said, "ec2:DeleteTags"), granted), []string{
			"the doc comment lists ec2:DeleteTags, and the code never calls it"}},
		"in the role alone": {disagreements(called, said, append(granted, "ec2:DeleteTags")), []string{
			"the role allows ec2:DeleteTags, and the doc comment does not list it",
			"the role allows ec2:DeleteTags, and the code never calls it"}},
		"a wildcard in the role": {disagreements(called, said, append(granted, "ec2:*")), []string{
			"the role allows ec2:*, and the doc comment does not list it",
			"the role allows ec2:*, and the code never calls it"}},
		"without logs": {disagreements(called, said, granted[:4]), []string{
			"the role does not allow xray:PutTelemetryRecords: no logs, or no traces",
			"the role does not allow xray:PutTraceSegments: no logs, or no traces"}},
		"a key for nothing": {disagreements(called, append(said, "kms:GenerateDataKey"), granted), []string{
			"the doc comment lists kms:GenerateDataKey, and nothing that the code calls needs it"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
}

func TestEveryFunctionMayTouchTheItemsThatItsCodeNames(t *testing.T) {
	t.Parallel()
	s, p := stack(t), code(t)
	for _, f := range functions {
		granted, _ := grants(s, f.id+"Role")
		for _, fault := range itemFaults(f.reached(p).Items, granted) {
			t.Errorf("%s: %s", f.id, fault)
		}
	}
}

// itemFaults compares the kinds of items that the code makes keys for with
// those that a role is limited to, which can be some of a kind: the holds of one measure. A lock's key comes with the execution, and so
// the code of who writes it need not name it.
func itemFaults(named map[string]bool, granted []grant) (faults []string) {
	var limits []string
	touches := false
	for _, g := range granted {
		if g.onLists() {
			continue // its keys are names of lists
		}
		touches = touches || slices.ContainsFunc(g.actions, func(a string) bool { return strings.HasPrefix(a, "dynamodb:") })
		limits = append(limits, g.keys[leadingKeys]...)
	}
	for _, kind := range slices.Sorted(maps.Keys(named)) {
		isPartition := slices.ContainsFunc(ledger.Schema(register.Grouped()), func(k ledger.Kind) bool { return k.Partition == kind })
		within := func(limit string) bool { return strings.HasPrefix(limit, kind) }
		if touches && isPartition && !slices.ContainsFunc(limits, within) {
			faults = append(faults, "the code makes keys of "+kind+" items, and "+leadingKeys+" of the role does not let it")
		}
	}
	for _, l := range limits {
		made := func(kind string) bool { return strings.HasPrefix(l, kind) }
		if l != "RESOURCE#*" && !slices.ContainsFunc(slices.Collect(maps.Keys(named)), made) {
			faults = append(faults, leadingKeys+" of the role has "+l+", and the code makes no such keys")
		}
	}
	return faults
}

func TestItemsThatAreNotLetInAreFound(t *testing.T) {
	t.Parallel()
	on := func(kinds ...string) []grant {
		return []grant{{actions: []string{"dynamodb:PutItem"}, keys: map[string][]string{leadingKeys: kinds}}}
	}
	named := map[string]bool{"INCIDENT#": true}
	for name, c := range map[string]struct {
		granted []grant
		want    int
	}{
		"the same":        {on("INCIDENT#*", "RESOURCE#*"), 0},
		"too few":         {on("RESOURCE#*"), 1},
		"too many":        {on("INCIDENT#*", "HOLD#network-acl#*"), 1},
		"all":             {on("*"), 2},
		"no table at all": {[]grant{{actions: []string{"ec2:CreateTags"}}}, 0},
	} {
		if got := itemFaults(named, c.granted); len(got) != c.want {
			t.Errorf("%s: %q, want %d", name, got, c.want)
		}
	}
}

func TestEveryRoleIsLookedAtAndTakenByItsServiceAlone(t *testing.T) {
	t.Parallel()
	none(t, roleFaults(stack(t)))
}

func TestARoleThatNobodyKnowsIsFound(t *testing.T) {
	t.Parallel()
	role := func(id, principal string) string {
		return "Resources: {" + id + ": {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: " + principal + "}]}}}}"
	}
	bites(t, roleFaults, map[string]string{
		role("RuleRole", "{Service: events.amazonaws.com}"):             "",
		role("TriageFunctionRole", "{Service: [lambda.amazonaws.com]}"): "",
		role("TriageFunctionRole", "{Service: events.amazonaws.com}"):   "TriageFunctionRole can be taken by",
		role("RuleRole", "{AWS: '*'}"):                                  "RuleRole can be taken by",
		role("OtherRole", "{Service: lambda.amazonaws.com}"):            "OtherRole is nobody's",
	})
}

// roleFaults says which role no test looks at, and which can be taken by somebody else.
func roleFaults(t *template.Template) (faults []string) {
	services := map[string]string{
		"RuleRole": "events.amazonaws.com", "WatchHintsRuleRole": "events.amazonaws.com", "WatchScheduleRole": "scheduler.amazonaws.com",
		"PreflightScheduleRole": "scheduler.amazonaws.com",
	}
	for _, f := range functions {
		services[f.id+"Role"] = "lambda.amazonaws.com"
	}
	for id := range machines {
		services[id+"Role"] = "states.amazonaws.com"
	}
	for id, r := range t.Of("AWS::IAM::Role") {
		service, ok := services[id]
		if !ok {
			faults = append(faults, id+" is nobody's that these tests know")
			continue
		}
		for _, s := range template.List(at(r.Properties, "AssumeRolePolicyDocument", "Statement")) {
			if principal := template.Map(at(s, "Principal")); len(principal) != 1 || strings.Join(texts(principal["Service"]), " ") != service {
				faults = append(faults, fmt.Sprintf("%s can be taken by %s, not by %s alone", id, template.Text(principal), service))
			}
		}
	}
	return faults
}
