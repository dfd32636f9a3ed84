package uninstall

import "testing"

// People can start an execution with any input.
func FuzzStopped(f *testing.F) {
	for _, seed := range []string{``, `null`, `[]`, `{"incident": "inc-1"}`, `{"detail": {"id": "f-1", "resource": {"instanceDetails": {"instanceId": "i-1"}}}}`, `{"detail": {"id": 7}}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, input string) {
		if got := stopped("arn", input); got.Execution != "arn" || got.String() == "" {
			t.Errorf("%q: %+v", input, got)
		}
	})
}
