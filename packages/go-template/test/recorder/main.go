// Recorder runs the cases in cases/*.txt through Go's text/template with sprig, and writes what comes out to
// ../recorded/*.json. The tests compare this package with these files; they need no Go.
//
// Run it by hand after a change of the cases, from this folder:
//
//	TZ=UTC go run -tags faketime .
//
// The tag stops the clock of the program at 2009-11-10 23:00:00 UTC.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// Case is one template with what it sees, and what came out.
type Case struct {
	Template  string            `json:"template"`
	Data      int               `json:"data"`
	Templates map[string]string `json:"templates,omitempty"`
	Partials  map[string]string `json:"partials,omitempty"`
	Env       map[string]string `json:"env,omitempty"`
	Output    *string           `json:"output,omitempty"`
	Error     *Failure          `json:"error,omitempty"`
}

// Failure is an error of the engine; columns count bytes from 0, as Go has them.
type Failure struct {
	Kind    string `json:"kind"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  *int   `json:"column,omitempty"`
	Message string `json:"message"`
}

// Suite is one file of cases.
type Suite struct {
	datas []json.RawMessage
	cases []Case
}

var (
	section  = regexp.MustCompile(`^-- (data|lines|case|template|partial|env|reset)(?: (.*))? --$`)
	location = regexp.MustCompile(`^template: ([^:]*):(\d+)(?::(\d+))?: `)
)

func main() {
	paths, err := filepath.Glob("cases/*.txt")
	check(err)
	sort.Strings(paths)
	total := 0
	for _, path := range paths {
		suite := read(path)
		for i := range suite.cases {
			suite.cases[i].run(suite.datas)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".txt") + ".json"
		check(os.WriteFile(filepath.Join("..", "recorded", name), suite.encode(), 0o644))
		total += len(suite.cases)
	}
	fmt.Fprintln(os.Stderr, total, "cases")
}

// read cuts a file into sections. "data", "env", "template NAME" and "partial NAME" hold for the cases after them
// until "reset"; "lines" has a case per line, "case" is one of several lines.
func read(path string) *Suite {
	content, err := os.ReadFile(path)
	check(err)
	suite := &Suite{datas: []json.RawMessage{json.RawMessage("{}")}}
	current := Case{}
	kind, name := "", ""
	var body []string
	finish := func() {
		text := strings.Join(body, "\n")
		switch kind {
		case "data":
			var compact bytes.Buffer
			check(json.Compact(&compact, []byte(text)))
			suite.datas = append(suite.datas, compact.Bytes())
			current.Data = len(suite.datas) - 1
		case "env":
			current.Env = map[string]string{}
			check(json.Unmarshal([]byte(text), &current.Env))
		case "template":
			current.Templates = with(current.Templates, name, text)
		case "partial":
			current.Partials = with(current.Partials, name, text)
		case "reset":
			current = Case{}
		case "case":
			one := current
			one.Template = text
			suite.cases = append(suite.cases, one)
		case "lines":
			for _, line := range body {
				if line == "" || strings.HasPrefix(line, "# ") {
					continue
				}
				one := current
				one.Template = line
				suite.cases = append(suite.cases, one)
			}
		}
		body = nil
	}
	for _, line := range strings.Split(strings.TrimSuffix(string(content), "\n"), "\n") {
		if match := section.FindStringSubmatch(line); match != nil {
			finish()
			kind, name = match[1], match[2]
			continue
		}
		body = append(body, line)
	}
	finish()
	return suite
}

func with(texts map[string]string, name, text string) map[string]string {
	copied := map[string]string{name: text}
	for key, value := range texts {
		if key != name {
			copied[key] = value
		}
	}
	return copied
}

// run renders the case: all templates are parsed first, in the order of their names, then the main one.
func (c *Case) run(datas []json.RawMessage) {
	os.Clearenv()
	for key, value := range c.Env {
		check(os.Setenv(key, value))
	}
	var data any
	check(json.Unmarshal(datas[c.Data], &data))
	output, err := c.render(data)
	if err == nil {
		c.Output = &output
		return
	}
	failure := &Failure{Kind: "parse", Message: err.Error()}
	if strings.Contains(err.Error(), ": executing ") {
		failure.Kind = "execute"
	}
	if match := location.FindStringSubmatch(err.Error()); match != nil {
		failure.File = match[1]
		failure.Line, _ = strconv.Atoi(match[2])
		if match[3] != "" {
			column, _ := strconv.Atoi(match[3])
			failure.Column = &column
		}
	}
	c.Error = failure
}

func (c *Case) render(data any) (string, error) {
	functions := sprig.GenericFuncMap()
	functions["marshal"] = func(value any) string {
		encoded, _ := json.Marshal(value)
		return string(encoded)
	}
	functions["include"] = func(name string) string { return c.Partials[name] }
	set := template.New("main").Funcs(functions)
	names := make([]string, 0, len(c.Templates))
	for name := range c.Templates {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if _, err := set.New(name).Parse(c.Templates[name]); err != nil {
			return "", err
		}
	}
	if _, err := set.Parse(c.Template); err != nil {
		return "", err
	}
	var output bytes.Buffer
	if err := set.ExecuteTemplate(&output, "main", data); err != nil {
		return "", err
	}
	return output.String(), nil
}

// encode writes a case per line, so that changes are easy to review.
func (s *Suite) encode() []byte {
	var out bytes.Buffer
	out.WriteString("{\n\"datas\": [\n")
	for i, data := range s.datas {
		out.WriteString(separator(i, len(s.datas), string(data)))
	}
	out.WriteString("],\n\"cases\": [\n")
	for i, one := range s.cases {
		var line bytes.Buffer
		encoder := json.NewEncoder(&line)
		encoder.SetEscapeHTML(false)
		check(encoder.Encode(one))
		out.WriteString(separator(i, len(s.cases), strings.TrimSpace(line.String())))
	}
	out.WriteString("]\n}\n")
	return out.Bytes()
}

func separator(index, count int, text string) string {
	if index < count-1 {
		return text + ",\n"
	}
	return text + "\n"
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		panic(err)
	}
}
