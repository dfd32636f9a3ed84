package backtest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
)

// bare is an event's finding in one line, as an export to S3 has it.
func bare(t testing.TB, event []byte) string {
	t.Helper()
	var e struct{ Detail json.RawMessage }
	var line bytes.Buffer
	if err := json.Unmarshal(event, &e); err != nil {
		t.Fatal(err)
	}
	if err := json.Compact(&line, e.Detail); err != nil {
		t.Fatal(err)
	}
	return line.String()
}

// pascal renames the fields of a finding to those of the command line.
func pascal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, value := range v {
			out[string(unicode.ToUpper(rune(name[0])))+name[1:]] = pascal(value)
		}
		return out
	case []any:
		for i := range v {
			v[i] = pascal(v[i])
		}
	}
	return v
}

// printed is what aws guardduty get-findings prints of findings.
func printed(t testing.TB, lines ...string) []byte {
	t.Helper()
	all := []any{}
	for _, line := range lines {
		var finding any
		if err := json.Unmarshal([]byte(line), &finding); err != nil {
			t.Fatal(err)
		}
		all = append(all, pascal(finding))
	}
	out, err := json.MarshalIndent(map[string]any{"Findings": all}, "", "    ")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFindingsAreReadInEveryFormThatPeopleHave(t *testing.T) {
	t.Parallel()
	miner, probe := gdtest.Fixture("miner"), gdtest.Fixture("port-probe")
	lines := bare(t, miner) + "\n" + bare(t, probe) + "\n"
	for form, file := range map[string][]byte{
		"events":                  fmt.Appendf(nil, "%s\n%s", miner, probe),
		"a list of events":        fmt.Appendf(nil, "[%s,%s]", miner, probe),
		"an export to S3":         []byte(lines),
		"get-findings":            printed(t, bare(t, miner), bare(t, probe)),
		"the wire's get-findings": fmt.Appendf(nil, `{"findings":[%s,%s]}`, bare(t, miner), bare(t, probe)),
	} {
		in := backtest.Read("findings", file)
		if len(in.Findings) != 2 || len(in.Unread) > 0 {
			t.Errorf("%s: %d findings, and not read: %v", form, len(in.Findings), in.Unread)
			continue
		}
		if in.Findings[0].Type != "CryptoCurrency:EC2/BitcoinTool.B!DNS" || in.Findings[0].At().IsZero() {
			t.Errorf("%s: %+v", form, in.Findings[0])
		}
	}
}

func TestMoreThanAnEventFileHoldsIsRead(t *testing.T) {
	t.Parallel()
	line := bare(t, gdtest.Fixture("miner"))
	for form, file := range map[string]string{
		"lines": strings.Repeat(line+"\n", 1500), "a list": "[" + strings.TrimSuffix(strings.Repeat(line+",", 1500), ",") + "]",
	} {
		if in := backtest.Read("findings", []byte(file)); len(in.Findings) != 1500 || len(in.Unread) > 0 {
			t.Errorf("%s: %d findings, %d not read", form, len(in.Findings), len(in.Unread))
		}
	}
}

func TestWhatCannotBeReadIsNamedWithItsLineAndTheRestIsRead(t *testing.T) {
	t.Parallel()
	line := bare(t, gdtest.Fixture("miner"))
	timeless := strings.NewReplacer(`"createdAt"`, `"madeAt"`, `"updatedAt"`, `"changedAt"`, `"eventFirstSeen"`, `"seen"`).Replace(line)
	for name, c := range map[string]struct {
		file  string
		read  int
		place string
		says  string
	}{
		"no JSON in a line": {line + "\nnonsense\n" + line, 2, "f, line 2", "this is no JSON"},
		"a line cut off":    {line + "\n" + line[:200] + "\n" + line, 2, "f, line 2", "this is no JSON"},
		"the end cut off":   {line + "\n\n" + line[:200], 1, "f, line 3", "cut off"},
		"no finding":        {line + "\n" + `{"a":1}` + "\n" + line, 2, "f, line 2", "no GuardDuty finding can be read"},
		"no time":           {line + "\n" + timeless, 1, "f, line 2, id ", "has no time"},
		"in a list":         {"[\n" + line + ",\n{}\n,\n" + line + "]", 2, "f, line 3", "no GuardDuty finding"},
		"in a response":     {"{\n\"Findings\": [\n" + line + ",\n7]}", 1, "f, line 4", "no GuardDuty finding"},
		"an empty file":     {"", 0, "f", "empty"},
	} {
		in := backtest.Read("f", []byte(c.file))
		if len(in.Findings) != c.read || len(in.Unread) != 1 || !strings.HasPrefix(in.Unread[0].Place, c.place) || !strings.Contains(in.Unread[0].Error, c.says) {
			t.Errorf("%s: %d findings, not read: %+v", name, len(in.Findings), in.Unread)
		}
	}
}

func TestAnEmptyResponseIsNoError(t *testing.T) {
	t.Parallel()
	for _, file := range []string{`{"Findings": []}`, "[]"} {
		if in := backtest.Read("f", []byte(file)); len(in.Findings)+len(in.Unread) != 0 {
			t.Errorf("%s: %+v", file, in)
		}
	}
}

// Every line of a file is read or named: nothing is lost beside what is broken.
func FuzzRead(f *testing.F) {
	line := bare(f, gdtest.Fixture("miner"))
	for _, name := range gdtest.Names() {
		f.Add(gdtest.Fixture(name))
	}
	f.Add(printed(f, line))
	f.Add([]byte("[{}, [], {\"findings\":[1]}]\nx"))
	f.Fuzz(func(t *testing.T, file []byte) {
		in := backtest.Read("f", file)
		for _, found := range in.Findings {
			if found.At().IsZero() || found.Place == "" {
				t.Errorf("%+v has no time or no place", found)
			}
		}
		for _, u := range in.Unread {
			if u.Error == "" || !strings.HasPrefix(u.Place, "f") {
				t.Errorf("%+v does not say what and where", u)
			}
		}
		if bytes.HasPrefix(file, []byte{0x1f, 0x8b}) || bytes.HasPrefix(file, []byte{0xff, 0xfe}) || bytes.HasPrefix(file, []byte{0xfe, 0xff}) || bytes.ContainsRune(file, 0) {
			return
		}
		after := append(bytes.Clone(file), "\n"+line...)
		if more := backtest.Read("f", after); len(more.Findings) < len(in.Findings) || len(more.Findings) == len(in.Findings) && !strings.Contains(fmt.Sprint(more.Unread), "JSON") {
			t.Errorf("a finding after %q is lost: %+v", file, more.Unread)
		}
	})
}
