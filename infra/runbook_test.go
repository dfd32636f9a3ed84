package infra_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

func TestEveryAlarmHasItsPage(t *testing.T) {
	t.Parallel()
	runbook, err := os.ReadFile("../docs/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	none(t, pageFaults(stack(t), string(runbook)))
}

func TestTheDocumentsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	s, commands := stack(t), 0
	documents, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range documents {
		written, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range commandFaults(s, string(written)) {
			t.Errorf("%s: %s", document, fault)
		}
		for _, block := range console.FindAllStringSubmatch(string(written), -1) {
			commands += len(aCommand.FindAllString(block[1], -1))
		}
	}
	if commands < 30 {
		t.Errorf("the documents have %d commands for people on call: are they read?", commands)
	}
}

func TestAMissingPageIsFound(t *testing.T) {
	t.Parallel()
	alarm := func(id, name, description string) string {
		return `
Resources:
  ` + id + `: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmName: !Sub '` + name + `', AlarmDescription: '` + description +
			`', AlarmActions: [!Ref OperationsTopic], OKActions: [!Ref OperationsTopic]}}`
	}
	page := "1 alarms watch\n1 metrics\n## Alarms\n[Late](#late)\n### Late\n" + strings.Join(parts, "\n") + "\n## Other\n### More\n"
	good := alarm("LateAlarm", "${AWS::StackName}-Late", "It is late. docs/runbook.md, Late")
	for _, c := range []struct{ stack, page, want string }{
		{good, page, ""},
		{good, strings.Replace(page, "### Late", "### Early", 1), "Late has no page"},
		{good, strings.Replace(page, "### Late", "### Early", 1), "Early is the page of no alarm"},
		{good, strings.Replace(page, "[Late]", "[Early]", 1), "Late is not in the overview"},
		{good, strings.Replace(page, parts[2], "", 1), "the page Late lacks " + parts[2]},
		{good, strings.Replace(page, "1 alarms", "2 alarms", 1), "there are 1 alarms that watch 1 metrics"},
		{alarm("Late", "${AWS::StackName}-Late", "docs/runbook.md, Late"), page, "Late is not called ...Alarm"},
		{alarm("LateAlarm", "${AWS::StackName}-late", "docs/runbook.md, Late"), page, "LateAlarm has the name ${AWS::StackName}-late"},
		{alarm("LateAlarm", "${AWS::StackName}-Late", "It is late."), page, "LateAlarm does not name its page"},
		{strings.Replace(good, "OKActions", "Other", 1), page, "LateAlarm does not say when it is over"},
	} {
		got := pageFaults(parsed(t, c.stack), c.page)
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.ContainsFunc(got, func(f string) bool { return strings.HasPrefix(f, c.want) }) {
			t.Errorf("%s\n%s\nshould be told %q, but: %q", c.stack, c.page, c.want, got)
		}
	}
}

func TestACommandThatNamesNothingIsFound(t *testing.T) {
	t.Parallel()
	s := parsed(t, `
Parameters: {Mode: {Type: String}}
Resources: {Rule: {Type: AWS::Events::Rule}, FLogs: {Type: AWS::Logs::LogGroup}}
Outputs: {Table: {Value: x}}`)
	for command, want := range map[string]string{
		`aws x "$(output Table)" "$(resource Rule)"`: "",
		"errors FLogs":                                                 "",
		"go tool task deploy -- Mode=a":                                "",
		`aws x "$(output Tables)"`:                                     "Tables is no output",
		`aws x "$(resource Rules)"`:                                    "Rules is no resource",
		"errors Rule":                                                  "Rule is no log group",
		"go tool task deploy -- Mode=a Other=b":                        "Other is no parameter",
		"aws cloudwatch x --alarm-name quarantine-No":                  "No is no alarm",
		"go run ./cmd/quarantine list --stack quarantine":              "",
		"go run ./cmd/quarantine list --stack another":                 "the runbook's stack is quarantine: list --stack another",
		"go run ./cmd/quarantine list --table another":                 "",
		"go run ./cmd/quarantine history \"$EXECUTION\"":               "",
		"go run ./cmd/quarantine respond --event e":                    "",
		"go run ./cmd/quarantine list":                                 "which stack: list",
		"go run ./cmd/quarantine release inc-1 --reason r":             "which stack: release inc-1",
		`go run ./cmd/quarantine show inc-1 --table "$(output Table)"`: "the stack has that table: show inc-1",
	} {
		got := strings.Join(commandFaults(s, "```console\n"+command+"\n```\n"), "\n")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s should be told %q, but: %q", command, want, got)
		}
	}
	if got := commandFaults(s, "output Tables"); len(got) > 0 {
		t.Errorf("what is no command was read: %q", got)
	}
}

// parts are what every page has, in whatever order and case.
var parts = []string{"for the people", "look", "mend", "verify"}

var (
	heading = regexp.MustCompile(`(?m)^### (.+)$`)
	count   = regexp.MustCompile(`(\d+) alarms watch\s+(\d+) metrics`)
)

// pageFaults compares the alarms with the pages below the heading Alarms.
func pageFaults(t *template.Template, runbook string) (faults []string) {
	_, rest, _ := strings.Cut(runbook, "\n## Alarms\n")
	section, _, _ := strings.Cut(rest, "\n## ")
	overview, _, _ := strings.Cut(section, "\n### ")
	pages := map[string]string{}
	starts := heading.FindAllStringSubmatchIndex(section, -1)
	for i, at := range starts {
		end := len(section)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		pages[section[at[2]:at[3]]] = section[at[1]:end]
	}
	alarms, metrics := t.Of("AWS::CloudWatch::Alarm"), 0
	for _, id := range slices.Sorted(maps.Keys(alarms)) {
		a := alarms[id].Properties
		metrics += max(1, len(template.List(a["Metrics"]))-1) // one of Metrics is the expression
		name, called := strings.CutSuffix(id, "Alarm")
		if !called {
			faults = append(faults, id+" is not called ...Alarm")
		}
		if got := text(a, "AlarmName"); got != "${AWS::StackName}-"+name {
			faults = append(faults, fmt.Sprintf("%s has the name %s: people look for the page by its name", id, got))
		}
		if !strings.HasSuffix(text(a, "AlarmDescription"), "docs/runbook.md, "+name) {
			faults = append(faults, id+" does not name its page at the end of its description")
		}
		if !strings.Contains(text(a, "OKActions"), "OperationsTopic") {
			faults = append(faults, id+" does not say when it is over: its OKActions need OperationsTopic")
		}
		if !strings.Contains(overview, "["+name+"](#"+strings.ToLower(name)+")") {
			faults = append(faults, name+" is not in the overview of what alarms mean")
		}
		faults = append(faults, lacking(name, pages)...)
		delete(pages, name)
	}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		faults = append(faults, name+" is the page of no alarm")
	}
	if m := count.FindStringSubmatch(runbook); m == nil || m[1] != fmt.Sprint(len(alarms)) || m[2] != fmt.Sprint(metrics) {
		faults = append(faults, fmt.Sprintf("there are %d alarms that watch %d metrics, and the runbook says otherwise", len(alarms), metrics))
	}
	return faults
}

func lacking(name string, pages map[string]string) (faults []string) {
	page, ok := pages[name]
	if !ok {
		return []string{name + " has no page below the heading Alarms"}
	}
	for _, p := range parts {
		if !strings.Contains(strings.ToLower(page), p) {
			faults = append(faults, "the page "+name+" lacks "+p)
		}
	}
	return faults
}

var (
	console   = regexp.MustCompile("(?ms)^ *```console\n(.*?)^ *```")
	anOutput  = regexp.MustCompile(`\boutput ([A-Z]\w*)`)
	aResource = regexp.MustCompile(`\bresource ([A-Z]\w*)`)
	aLogGroup = regexp.MustCompile(`\berrors ([A-Z]\w*)`)
	anAlarm   = regexp.MustCompile(`--alarm-name quarantine-(\w+)`)
	deploying = regexp.MustCompile(`task deploy -- (.*)`)
	aCommand  = regexp.MustCompile(`\bquarantine (list|show|approvals|approve|deny|release|narrow|terminate|pause|leave|resume|history (?:INCIDENT|inc-)|uninstall)\b(.*)`)
	aSetting  = regexp.MustCompile(`\b(\w+)=`)
)

// commandFaults says which names in commands are none of the stack's.
func commandFaults(t *template.Template, document string) (faults []string) {
	resources := t.Resources()
	outputs, parameters := template.Map(t.Body["Outputs"]), template.Map(t.Body["Parameters"])
	check := func(block string, pattern *regexp.Regexp, kind string, there func(name string) bool) {
		for _, m := range pattern.FindAllStringSubmatch(block, -1) {
			if !there(m[1]) {
				faults = append(faults, m[1]+" is no "+kind)
			}
		}
	}
	for _, block := range console.FindAllStringSubmatch(document, -1) {
		check(block[1], anOutput, "output", func(name string) bool { return outputs[name] != nil })
		check(block[1], aResource, "resource", func(name string) bool { return resources[name].Type != "" })
		check(block[1], aLogGroup, "log group", func(name string) bool { return resources[name].Type == "AWS::Logs::LogGroup" })
		check(block[1], anAlarm, "alarm", func(name string) bool { return resources[name+"Alarm"].Type == "AWS::CloudWatch::Alarm" })
		for _, settings := range deploying.FindAllString(block[1], -1) {
			check(settings, aSetting, "parameter", func(name string) bool { return parameters[name] != nil })
		}
		faults = append(faults, unfoundStacks(block[1])...)
	}
	return faults
}

// unfoundStacks says which commands for people on call do not name the runbook's
// stack. A table that is not the stack's is named by itself.
func unfoundStacks(block string) (faults []string) {
	for _, m := range aCommand.FindAllStringSubmatch(block, -1) {
		command := m[1] + m[2]
		_, stack, named := strings.Cut(m[2], "--stack ")
		switch {
		case strings.Contains(m[2], `--table "$(output`):
			faults = append(faults, "the stack has that table: "+command)
		case !named && !strings.Contains(m[2], "--table "):
			faults = append(faults, "which stack: "+command)
		case named && strings.Fields(stack)[0] != "quarantine":
			faults = append(faults, "the runbook's stack is quarantine: "+command)
		}
	}
	return faults
}
