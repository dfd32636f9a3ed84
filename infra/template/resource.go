package template

import "maps"

// Resource is one of a template's resources, with what Globals gives it.
type Resource struct {
	Type       string
	Properties map[string]any
	// Body is all of it: Condition, DeletionPolicy and the like.
	Body map[string]any
}

// globals names what the part of Globals is for:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
var globals = map[string]string{
	"AWS::Serverless::Function":     "Function",
	"AWS::Serverless::StateMachine": "StateMachine",
}

// Resources gives the resources by their logical ids.
func (t *Template) Resources() map[string]Resource {
	out := map[string]Resource{}
	for id, v := range Map(t.Body["Resources"]) {
		body := Map(v)
		kind, _ := body["Type"].(string)
		properties := Map(body["Properties"])
		if section, ok := globals[kind]; ok {
			properties = merge(Map(Map(t.Body["Globals"])[section]), properties)
		}
		out[id] = Resource{Type: kind, Properties: properties, Body: body}
	}
	return out
}

// Of gives the resources of a type.
func (t *Template) Of(kind string) map[string]Resource {
	out := t.Resources()
	maps.DeleteFunc(out, func(_ string, r Resource) bool { return r.Type != kind })
	return out
}

// merge lays one's own over what is global: maps key by key, lists one after the other.
func merge(global, own map[string]any) map[string]any {
	out := maps.Clone(global)
	if out == nil {
		out = map[string]any{}
	}
	for key, v := range own {
		g := out[key]
		_, bothMaps := g.(map[string]any)
		if bothMaps && !isFunction(g) && !isFunction(v) {
			if m, ok := v.(map[string]any); ok {
				out[key] = merge(Map(g), m)
				continue
			}
		}
		if list, ok := v.([]any); ok {
			if first, ok := g.([]any); ok {
				out[key] = append(append([]any{}, first...), list...)
				continue
			}
		}
		out[key] = v
	}
	return out
}
