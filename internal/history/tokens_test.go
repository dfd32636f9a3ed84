package history_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

var token = strings.Repeat("AAAAKgAAAAIAAAAA+/", 20) + "=="

func scheduled(resource, parameters string) history.Event {
	return history.Event{TaskScheduled: &history.TaskScheduled{TaskResource: history.TaskResource{Resource: resource}, Parameters: parameters}}
}

func TestTokensAreMaskedByNameAndByLook(t *testing.T) {
	t.Parallel()
	const wait, plain = "invoke.waitForTaskToken", "invoke"
	for _, c := range []struct{ resource, parameters, want string }{
		{wait, `{"Payload":{"token":"short"}}`, `{"Payload":{"token":"(task token)"}}`},
		{plain, `{"Token":"short","n":12345678901234567890}`, `{"Token":"(task token)","n":12345678901234567890}`},
		{plain, `{"TaskToken":["a","b"]}`, `{"TaskToken":["(task token)","(task token)"]}`},
		{plain, `{"task_token":"a<b"}`, `{"task_token":"(task token)"}`},
		{wait, `{"link":"https://one.example/answer?t=` + token + `&x=1"}`, `{"link":"https://one.example/answer?t=(task token)&x=1"}`},
		{wait, `{"list":["` + token + `","an ordinary text"]}`, `{"list":["(task token)","an ordinary text"]}`},
		{plain, `{"ClientToken": "stays", "x": 1}`, `{"ClientToken": "stays", "x": 1}`},
		{plain, `{"token": ""}`, `{"token": ""}`},
		{plain, `{"data":"` + token + `"}`, `{"data":"` + token + `"}`},
		{wait, `{"token":"` + token, "(not shown: no JSON)"},
	} {
		got := history.WithoutTokens([]history.Event{scheduled(c.resource, c.parameters)})
		if text := got[0].TaskScheduled.Parameters; text != c.want {
			t.Errorf("%s %s:\n got %s\nwant %s", c.resource, c.parameters, text, c.want)
		}
	}
}

func TestATokenIsMaskedWhereverElseItStands(t *testing.T) {
	t.Parallel()
	in := []history.Event{
		{StateEntered: &history.StateEntered{Name: "A", Input: `{"was":"` + token + `"}`}},
		scheduled("invoke", `{"token":"`+token+`"}`),
		{StateExited: &history.StateExited{Name: "A", Output: "{}", AssignedVariables: map[string]string{"t": `"` + token + `"`}}},
	}
	text, err := json.Marshal(history.WithoutTokens(in))
	if err != nil || strings.Contains(string(text), token[:20]) || strings.Count(string(text), history.Masked) != 3 {
		t.Errorf("%v: %s", err, text)
	}
	if in[1].TaskScheduled.Parameters == history.WithoutTokens(in)[1].TaskScheduled.Parameters {
		t.Error("the caller's events were changed, or nothing was")
	}
}

func FuzzWithoutTokens(f *testing.F) {
	f.Add("invoke.waitForTaskToken", `{"token":"0123456789abcdef"}`, `{"x":"0123456789abcdef"}`)
	f.Add("invoke", `{"token":"\"name\":\"\",\"out"}`, `{"output":"x"}`)
	f.Add("invoke", `{"Token":["0123456789\\\"abcdef",{"a":1e400}]}`, ``)
	f.Fuzz(func(t *testing.T, resource, parameters, output string) {
		got := history.WithoutTokens([]history.Event{scheduled(resource, parameters), {StateExited: &history.StateExited{Output: output}}})
		if len(got) != 2 {
			t.Fatal("an event is missing")
		}
		var in struct{ Token string }
		if json.Unmarshal([]byte(parameters), &in) != nil || len(in.Token) < 16 || in.Token != strings.ToValidUTF8(in.Token, "") {
			return
		}
		if s := got[1].StateExited; s != nil && strings.Contains(s.Output, in.Token) && !strings.Contains(history.Masked, in.Token) {
			t.Errorf("the token %q stands in %q", in.Token, s.Output)
		}
	})
}
