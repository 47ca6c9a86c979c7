import { defineConfig } from "vite";

// Django's template tag `frontend` reads the manifest; names carry a hash, so files can be cached for ever.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../studio/static/studio/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome123", "firefox120", "safari17.5"],
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: ["src/early.ts", "src/sign-in.ts", "src/machines.ts", "src/machine.ts", "src/explain.ts", "src/editor.ts", "src/message.ts", "src/activity.ts", "src/job.ts", "src/running.ts", "src/try.ts"],
    },
  },
});
