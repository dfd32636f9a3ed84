package statemachine_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	q "github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// saysExecution is where a definition says which execution calls a function.
var saysExecution = regexp.MustCompile(`'startedAt': \$states\.context\.Execution\.StartTime(?:, 'version': (\d+))?`)

func TestEachExecutionSaysTheVersionOfItsPayloads(t *testing.T) {
	t.Parallel()
	for name, definition := range definitions {
		all := saysExecution.FindAllStringSubmatch(string(definition), -1)
		if len(all) == 0 {
			t.Errorf("%s hands no execution to its functions", name)
		}
		for _, said := range all {
			if said[1] != fmt.Sprint(q.PayloadVersion) {
				t.Errorf("%s says version %q, and the functions know %d", name, said[1], q.PayloadVersion)
			}
		}
	}
}

func TestEachItemThatADefinitionMakesSaysItsVersion(t *testing.T) {
	t.Parallel()
	puts := 0
	for name, definition := range definitions {
		eachItem(t, definition, func(item map[string]map[string]any) {
			puts++
			if got := item["version"]["N"]; got != fmt.Sprint(q.ItemVersion) {
				t.Errorf("%s puts %v of version %v", name, item["sk"]["S"], got)
			}
		})
		for _, update := range regexp.MustCompile(`"UpdateExpression": "([^"]*)",\s+"ConditionExpression": "([^"]*)"`).FindAllStringSubmatch(string(definition), -1) {
			if makes := strings.Contains(update[2], "attribute_not_exists(pk)"); makes && !strings.Contains(update[1], "#version = if_not_exists(#version, :version)") {
				t.Errorf("%s makes an item without a version: %s", name, update[1])
			}
		}
		for _, version := range regexp.MustCompile(`":version": \{"N": "([^"]*)"\}`).FindAllStringSubmatch(string(definition), -1) {
			if version[1] != fmt.Sprint(q.ItemVersion) {
				t.Errorf("%s makes items of version %s", name, version[1])
			}
		}
	}
	if puts < 4 {
		t.Errorf("only %d items were found", puts)
	}
}
