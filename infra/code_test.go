package infra_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// sources makes a program of packages of ours, by their path below the
// module's, and of a small SDK, context and env. They are taken in order of path.
func sources(t *testing.T, sourceOf map[string]string) *program {
	t.Helper()
	c := newChecker()
	theirs := map[string]string{
		"a/context": "package context\ntype Context interface{ Done() }",
		"b/" + sdk + "rock": `package rock
import "context"
type Options struct{}
type RollInput struct{}
type RollOutput struct{}
type StopInput struct{}
type StopOutput struct{}
type ListInput struct{}
type ListOutput struct{}
type Client struct{}
func (*Client) Roll(context.Context, *RollInput, ...func(*Options)) (*RollOutput, error)
func (*Client) Stop(context.Context, *StopInput, ...func(*Options)) (*StopOutput, error)
func (*Client) List(context.Context, *ListInput, ...func(*Options)) (*ListOutput, error)
type ListAPI interface { List(context.Context, *ListInput, ...func(*Options)) (*ListOutput, error) }
func NewListPaginator(ListAPI, *ListInput) int`,
		"c/" + strings.TrimSuffix(parseAs, ".ParseAs"): "package env\nfunc ParseAs[T any]() (t T, err error) { return }",
		"d/run": "package run\ntype Server struct{ Handler interface{ Serve() } }\nfunc Start(any)\nfunc Do(func())",
		"e/os":  "package os\nfunc Getenv(string) string",
	}
	add := func(path, text string) {
		if err := c.add(path, map[string]any{path + ".go": text}); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(theirs)) {
		_, path, _ := strings.Cut(key, "/")
		add(path, theirs[key])
	}
	for _, path := range slices.Sorted(maps.Keys(sourceOf)) {
		add(module+"/"+path, sourceOf[path])
	}
	return c.p
}

// adapter is a package that can make three calls.
const adapter = `package adapter
import ("context"; "` + sdk + `rock")
type API interface {
	Roll(context.Context, *rock.RollInput, ...func(*rock.Options)) (*rock.RollOutput, error)
	Stop(context.Context, *rock.StopInput, ...func(*rock.Options)) (*rock.StopOutput, error)
	rock.ListAPI
}
type Client struct{ API API }
var _ API = (*rock.Client)(nil)
func (c *Client) Push() { c.API.Roll(nil, nil) }
func (c *Client) Halt() { c.API.Stop(nil, nil) }
func (c *Client) All() { rock.NewListPaginator(c.API, nil) }
func (c *Client) Serve() { c.Halt() }
`

func TestActionsAreThoseThatAMainCanComeTo(t *testing.T) {
	t.Parallel()
	imports := "package main\nimport (\"run\"; \"" + sdk + "rock\"; \"" + module + "/adapter\")\nvar _ run.Server\nvar client = &adapter.Client{API: &rock.Client{}}\n"
	for name, c := range map[string]struct {
		main string
		want []string
	}{
		"a client alone calls nothing":     {"func main() { _ = client }", nil},
		"through a method":                 {"func main() { client.Push() }", []string{"rock:Roll"}},
		"through an interface":             {"type pusher interface{ Push() }\nfunc main() { push(client) }\nfunc push(p pusher) { p.Push() }", []string{"rock:Roll"}},
		"through a method value":           {"func main() { run.Do(client.Halt) }", []string{"rock:Stop"}},
		"through a closure":                {"func main() { run.Do(func() { client.Halt() }) }", []string{"rock:Stop"}},
		"through a paginator":              {"func main() { client.All() }", []string{"rock:List"}},
		"on the SDK's client itself":       {"func main() { (&rock.Client{}).Stop(nil, nil) }", []string{"rock:Stop"}},
		"by somebody who got it as any":    {"func main() { run.Start(client) }", []string{"rock:List", "rock:Roll", "rock:Stop"}},
		"by somebody who got an interface": {"func main() { _ = run.Server{Handler: client} }", []string{"rock:Stop"}},
		"in a function that nobody calls":  {"func main() {}\nfunc other() { client.Push() }", nil},
		"in init":                          {"func main() {}\nfunc init() { client.Push() }", []string{"rock:Roll"}},
		"in a variable's value":            {"var x = f()\nfunc f() int { client.Push(); return 1 }\nfunc main() {}", []string{"rock:Roll"}},
		"through a generic function":       {"func with[T any](t T) { client.Push() }\nfunc main() { with(1) }", []string{"rock:Roll"}},
	} {
		p := sources(t, map[string]string{"adapter": adapter, "cmd": imports + c.main})
		if got := slices.Sorted(maps.Keys(p.reach(p.unit("cmd")).Actions)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhatADeploymentNeverCallsIsNotFollowed(t *testing.T) {
	t.Parallel()
	p := sources(t, map[string]string{"adapter": adapter, "cmd": "package main\nimport \"" + module + "/adapter\"\nfunc main() { (&adapter.Client{}).Serve() }"})
	if got := p.reach(p.unit("cmd"), "(*"+module+"/adapter.Client).Serve").Actions; len(got) > 0 {
		t.Errorf("%q", got)
	}
}

func TestTheEnvironmentIsThatOfEveryStructThatIsFilled(t *testing.T) {
	t.Parallel()
	p := sources(t, map[string]string{"cmd": `package main
import (env "` + strings.TrimSuffix(parseAs, ".ParseAs") + `"; "os")
type inner struct { B string ` + "`env:\"B,required\"`" + ` }
type config struct { A string ` + "`env:\"A\"`" + `; In inner; More inner ` + "`envPrefix:\"X_\"`" + ` }
type unused struct { Z string ` + "`env:\"Z\"`" + ` }
func start[C any]() { env.ParseAs[C]() }
func main() { start[config](); os.Getenv("C") }
func other() { start[unused](); os.Getenv("D") }
`})
	r := p.reach(p.unit("cmd"))
	if got, want := slices.Sorted(maps.Keys(r.Environment)), []string{"A", "B", "C", "X_B"}; !slices.Equal(got, want) || len(r.Unclear) > 0 {
		t.Errorf("%q (%q), want %q", got, r.Unclear, want)
	}
	p = sources(t, map[string]string{"cmd": "package main\nimport \"os\"\nvar name = \"A\"\nfunc main() { os.Getenv(name) }"})
	if r := p.reach(p.unit("cmd")); len(r.Unclear) != 1 {
		t.Errorf("a name that is not written there is not told: %q", r.Unclear)
	}
}
