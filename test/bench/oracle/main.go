// Command oracle answers as BuildKit itself does. Each line of standard input is a question in JSON, each line of standard output its answer:
//
//	{"ask":"parse","text":DOCKERFILE}                  {"accepted":true} or {"refused":REASON,"line":NUMBER}
//	{"ask":"lint","text":DOCKERFILE}                   {"findings":[{"rule":NAME,"line":NUMBER,"detail":TEXT}],"refused":REASON}
//	{"ask":"ignore","patterns":[PATTERN],"paths":[PATH]}  {"ignored":[BOOLEAN]} or {"refused":REASON}
//
// Line 0 means that BuildKit names none. "micros" tells the processor's share: how long the answer took, without reading and writing.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/patternmatcher"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

type question struct {
	Ask      string   `json:"ask"`
	Text     string   `json:"text"`
	Patterns []string `json:"patterns"`
	Paths    []string `json:"paths"`
}

type finding struct {
	Rule   string `json:"rule"`
	Line   int32  `json:"line"`
	Detail string `json:"detail"`
}

type answer struct {
	Accepted bool      `json:"accepted,omitempty"`
	Refused  string    `json:"refused,omitempty"`
	Line     int       `json:"line,omitempty"`
	Findings []finding `json:"findings,omitempty"`
	Ignored  []bool    `json:"ignored,omitempty"`
	Micros   int64     `json:"micros"`
}

// emptyImages knows every base image and says nothing of it: no registry is asked.
type emptyImages struct{}

const emptyConfig = `{"os":"linux","architecture":"amd64","config":{},"rootfs":{"type":"layers","diff_ids":[]}}`

func (emptyImages) ResolveImageConfig(_ context.Context, image string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	return image, "", []byte(emptyConfig), nil
}

func parse(text string) answer {
	tree, err := parser.Parse(strings.NewReader(text))
	if err == nil {
		_, _, err = instructions.Parse(tree.AST, nil)
	}
	if err == nil {
		return answer{Accepted: true}
	}
	refusal := answer{Refused: err.Error()}
	var located *parser.LocationError
	if errors.As(err, &located) && len(located.Locations) > 0 && len(located.Locations[0]) > 0 {
		refusal.Line = located.Locations[0][0].Start.Line
	}
	return refusal
}

func lint(text string) answer {
	target := platforms.MustParse("linux/amd64")
	capabilities := pb.Caps.CapSet(pb.Caps.All())
	nothing := llb.Scratch()
	source := llb.NewSourceMap(&nothing, "Dockerfile", "Dockerfile", []byte(text))
	source.Definition = &llb.Definition{} // Without it the linter would solve the source map.
	results, err := dockerfile2llb.DockerfileLint(context.Background(), []byte(text), dockerfile2llb.ConvertOpt{
		Config:         dockerui.Config{BuildPlatforms: []ocispecs.Platform{target}},
		TargetPlatform: &target,
		MetaResolver:   emptyImages{},
		SourceMap:      source,
		LLBCaps:        &capabilities,
	})
	if err != nil {
		return answer{Refused: err.Error()}
	}
	said := answer{}
	for _, warning := range results.Warnings {
		found := finding{Rule: warning.RuleName, Detail: warning.Detail}
		if ranges := warning.Location.GetRanges(); len(ranges) > 0 {
			found.Line = ranges[0].Start.Line
		}
		said.Findings = append(said.Findings, found)
	}
	if results.Error != nil {
		said.Refused = results.Error.Message
	}
	return said
}

func ignore(patterns, paths []string) answer {
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return answer{Refused: err.Error()}
	}
	said := answer{}
	for _, path := range paths {
		ignored, err := matcher.MatchesOrParentMatches(path)
		if err != nil {
			return answer{Refused: err.Error()}
		}
		said.Ignored = append(said.Ignored, ignored)
	}
	return said
}

// respond turns BuildKit's own panics into refusals: some damaged files make it panic.
func respond(asked question) (said answer) {
	defer func() {
		if fault := recover(); fault != nil {
			said = answer{Refused: fmt.Sprint("panic: ", fault)}
		}
	}()
	switch asked.Ask {
	case "parse":
		return parse(asked.Text)
	case "lint":
		return lint(asked.Text)
	case "ignore":
		return ignore(asked.Patterns, asked.Paths)
	}
	return answer{Refused: "nothing is known of " + asked.Ask}
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked question
		if err := json.Unmarshal(line, &asked); err != nil {
			asked.Ask = err.Error()
		}
		begin := time.Now()
		said := respond(asked)
		said.Micros = time.Since(begin).Microseconds()
		if answers.Encode(said) != nil {
			return
		}
	}
}
