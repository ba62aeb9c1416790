// How the page of `bulwark map` looks, in light and in dark, and what happens when a run is pointed at.

enum MapStyle {
    static let sheet = """
        :root {
          color-scheme: light dark;
          --ground: #fbfbfa; --card: #ffffff; --ink: #1c1e21; --faint: #63686f; --line: #e2e3e5;
          --f0: #e6eef8; --f1: #d3e2f4; --f2: #bed5ef; --f3: #a6c6ea; --f4: #8cb5e3; --f5: #70a2da;
          --f6: #538ecf; --f7: #3879c0; --f8: #2263ab; --f9: #114d91;
          --large: #d98324; --edge: #a5662a; --wait: #f6e7d6; --kept: #c3c6ca; --sealed: #85898f;
          --purged: #eceded; --untouched: #f6f6f5; --guard: #c4314b;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #15171a; --card: #1d2024; --ink: #e7e9ec; --faint: #9aa1a9; --line: #32363c;
            --f0: #1d2c40; --f1: #213753; --f2: #254367; --f3: #29507c; --f4: #2f5f93; --f5: #3870aa;
            --f6: #4683c0; --f7: #5a98d4; --f8: #79b0e4; --f9: #a3cdf5;
            --large: #e39a44; --edge: #b47b40; --wait: #3a2c1e; --kept: #50555c; --sealed: #7d838b;
            --purged: #24272b; --untouched: #1a1c1f; --guard: #f0637c;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
        h1 { font-size: 26px; margin: 0; } h2 { font-size: 18px; margin: 36px 0 6px; }
        .sub, .note, figcaption { color: var(--faint); } .sub { margin: 2px 0 20px; overflow-wrap: anywhere; }
        .note { margin: 0 0 12px; font-size: 13.5px; } code { font: 12.5px ui-monospace, monospace; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(135px, 1fr)); gap: 10px; }
        .tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; }
        .tile b { display: block; font-size: 19px; font-weight: 600; white-space: nowrap; }
        .tile span { color: var(--faint); font-size: 12.5px; }
        .legend { display: flex; flex-wrap: wrap; gap: 6px 18px; font-size: 13px; margin: 0 0 14px; }
        .legend > span { display: inline-flex; align-items: center; gap: 6px; }
        .legend i { display: inline-block; width: 14px; height: 14px; border-radius: 2px; }
        .legend .guard { width: 3px; } .ramp { display: inline-flex; } .ramp i { border-radius: 0; width: 11px; }
        figure { margin: 0 0 14px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; }
        figcaption { font-size: 13px; margin-bottom: 8px; } figcaption b { color: var(--ink); }
        svg { display: block; width: 100%; height: auto; }
        \((0...9).map { ".f\($0) { background: var(--f\($0)); fill: var(--f\($0)); }" }.joined(separator: "\n"))
        .large, .huge { background: var(--large); fill: var(--large); }
        .waiting, .changing { background: var(--wait); fill: var(--wait); stroke: var(--edge); stroke-width: 1.5; stroke-dasharray: 3 2; }
        .legend .waiting { border: 1.5px dashed var(--edge); }
        .kept { background: var(--kept); fill: var(--kept); } .sealed { background: var(--sealed); fill: var(--sealed); }
        .purged { background: var(--purged); fill: var(--purged); }
        .untouched { background: var(--untouched); fill: var(--untouched); stroke: var(--line); stroke-width: 1; }
        .legend .untouched { border: 1px solid var(--line); }
        .guard { background: var(--guard); fill: var(--guard); pointer-events: none; opacity: 0.75; }
        svg path[data-t]:hover { stroke: var(--ink); stroke-width: 2; stroke-dasharray: none; paint-order: normal; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th { color: var(--faint); font-weight: 500; } .word { text-align: left; }
        .bar { display: inline-block; width: 160px; height: 9px; border-radius: 2px; background: var(--f0); vertical-align: middle; }
        .bar i { display: block; height: 100%; border-radius: 2px; background: var(--f7); }
        #tip { position: fixed; z-index: 2; pointer-events: none; background: var(--card); border: 1px solid var(--faint);
          border-radius: 6px; padding: 8px 10px; font-size: 13px; box-shadow: 0 4px 16px #0004; max-width: 420px; }
        #tip b { display: block; } #tip div { white-space: pre-line; } #tip .cells { display: flex; margin-top: 6px; }
        #tip .cells i { flex: 1; height: 12px; min-width: 4px; margin-right: 1px; } #tip .cells .none { outline: 1px solid var(--line); }
        """

    static let script = """
        const tip = document.getElementById("tip");
        function make(name, style, text) {
          const made = document.createElement(name);
          if (style) made.className = style;
          if (text) made.textContent = text;
          return made;
        }
        document.addEventListener("mousemove", event => {
          const run = event.target.closest ? event.target.closest("[data-t]") : null;
          tip.hidden = !run;
          if (!run) return;
          if (tip.of !== run) {
            const lines = run.dataset.t.split("\\n");
            tip.replaceChildren(make("b", "", lines[0]), make("div", "", lines.slice(1).join("\\n")));
            if (run.dataset.f) {
              const cells = make("div", "cells");
              for (const digit of run.dataset.f) cells.append(make("i", digit === "." ? "none" : "f" + digit));
              tip.append(cells);
            }
            tip.of = run;
          }
          const room = tip.getBoundingClientRect();
          tip.style.left = Math.min(event.clientX + 14, innerWidth - room.width - 8) + "px";
          tip.style.top = (event.clientY + 18 + room.height > innerHeight ? event.clientY - room.height - 10 : event.clientY + 18) + "px";
        });
        """
}
