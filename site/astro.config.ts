import starlight from '@astrojs/starlight';
import { defineConfig, passthroughImageService } from 'astro/config';
import sidebar from './src/sidebar.generated.json' with { type: 'json' };
import { typesOnHover } from './src/types-on-hover.ts';

export default defineConfig({
  image: { service: passthroughImageService() },
  devToolbar: { enabled: false },
  markdown: {
    shikiConfig: {
      themes: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
      defaultColor: false,
      transformers: [typesOnHover],
    },
  },
  integrations: [
    starlight({
      title: 'Firedrill',
      description: 'Production incidents that you can run, replay and fix.',
      sidebar: [
        ...sidebar.map(({ label, items }) => ({ label, items, collapsed: label === 'Behind it' })),
        {
          label: 'API',
          items: [{ autogenerate: { directory: 'reference/api' } }],
          collapsed: true,
        },
      ],
      customCss: ['./src/site.css'],
      components: {
        Head: './src/components/Head.astro',
        MarkdownContent: './src/components/MarkdownContent.astro',
      },
      pagination: false,
      credits: false,
      // It puts <div> into <code>, which HTML does not allow; Astro's own highlighting does not.
      expressiveCode: false,
    }),
  ],
  vite: {
    server: { fs: { allow: ['..'] } },
  },
});
